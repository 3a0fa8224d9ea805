import { message } from '../base/message.js';
import { messageRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import { stageWordingsRule, type PageWording } from '../flow/page-wording.js';
import type { MessageLike } from '../flow/prompt.js';
import { emailConfirmed } from '../stages/email-confirmed.js';
import { ticketEmailWrite } from '../stages/ticket-email-write.js';
import { ticketResult } from '../stages/ticket-result.js';

interface ConfirmEmailFlowSettings {
  readonly slug: string;
  readonly title?: MessageLike;
  /** Title, intro and button of single pages, by stage. */
  readonly wording?: { readonly [Stage in 'confirm' | 'confirmed']?: PageWording };
  /** Where to redirect at the end of a ticket without a result URL; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<ConfirmEmailFlowSettings>('confirmEmailFlow', (joi) => ({
  slug: joi.string().required(),
  title: messageRule(joi),
  wording: stageWordingsRule(joi, 'confirm', 'confirmed'),
  target: joi.string(),
}));

/**
 * For people who open a ticket of the purpose `verify-email` or `change-email`: a page with a button → the address is
 * marked as proved, or replaced by the new one. Without a ticket it cannot be opened; it signs no user in.
 */
export function confirmEmailFlow(settings: ConfirmEmailFlowSettings): Flow {
  check(settings);
  const { slug, title, wording = {}, target = '/' } = settings;
  return defineFlow({
    slug,
    title: title ?? message('ticket.confirm_email.title'),
    designation: 'recovery',
    authentication: 'none',
    tickets: ['verify-email', 'change-email'],
    providedContext: ['ticket', 'pending_user'],
    target,
    stages: [
      ticketEmailWrite({ name: 'confirm', ...wording.confirm }),
      ticketResult({ name: 'result' }),
      emailConfirmed({ name: 'confirmed', title: message('ticket.confirm_email.done'), ...wording.confirmed }),
    ],
  });
}
