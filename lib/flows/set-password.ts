import { newPasswordPage } from './new-password-page.js';
import { message } from '../base/message.js';
import { messageRule, passwordLengthRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { flowTarget } from '../base/target.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import { stageWordingsRule, type PageWording } from '../flow/page-wording.js';
import type { Policy } from '../flow/policy.js';
import type { MessageLike } from '../flow/prompt.js';
import { policiesRule } from '../flow/setting-rules.js';
import { ifTicketSignsIn } from '../policies/if-ticket-signs-in.js';
import { passwordChanged } from '../stages/password-changed.js';
import { ticketPasswordWrite } from '../stages/ticket-password-write.js';
import { ticketResult } from '../stages/ticket-result.js';
import { userLogin } from '../stages/user-login.js';
import { validateAuthenticator } from '../stages/validate-authenticator.js';

interface SetPasswordFlowSettings {
  readonly slug: string;
  /** Default: what the ticket is for, "Set your password for Acme". */
  readonly title?: MessageLike;
  /** One sentence below the title of the first page. */
  readonly intro?: MessageLike;
  /** Title, intro and button of single pages, by stage. */
  readonly wording?: { readonly [Stage in 'password' | 'changed']?: PageWording };
  /**
   * True: asks users who have an authenticator for a code, before the new password. Needs the option `authenticators`
   * and the package `otplib`. Required where the sign-in asks for one; else default false.
   */
  readonly secondFactor?: boolean;
  /** Further validation policies of the new password. */
  readonly passwordValidation?: readonly Policy[];
  /** The shortest password, in characters, from 8 to 128; default 15. */
  readonly minPasswordLength?: number;
  /** True: the password is asked twice. Default false. */
  readonly repeat?: boolean;
  /** True signs the user in at the end, unless the ticket says otherwise. Default false. */
  readonly signIn?: boolean;
  /** The slug of the sign-in flow that the last page leads to; default: `target`. */
  readonly signInFlow?: string;
  /** Where to redirect at the end of a ticket without a result URL; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<SetPasswordFlowSettings>('setPasswordFlow', (joi) => ({
  slug: joi.string().required(),
  title: messageRule(joi),
  intro: messageRule(joi),
  wording: stageWordingsRule(joi, 'password', 'changed'),
  secondFactor: joi.boolean(),
  passwordValidation: policiesRule(joi),
  minPasswordLength: passwordLengthRule(joi),
  repeat: joi.boolean(),
  signIn: joi.boolean(),
  signInFlow: joi.string(),
  target: joi.string(),
}));

/**
 * For people who open a ticket of the purpose `invite` or `recovery`: a new password → all other sessions end → the
 * result URL, or a page that leads to the sign-in. Without a ticket it cannot be opened.
 */
export function setPasswordFlow(settings: SetPasswordFlowSettings): Flow {
  check(settings);
  const { slug, title, intro, wording = {}, signInFlow, target = '/' } = settings;
  const { secondFactor = false, repeat = false, signIn = false } = settings;
  const least = settings.minPasswordLength ?? 15;
  return defineFlow({
    slug,
    title: title ?? message('ticket.set_password.title'),
    ...(intro === undefined ? {} : { intro }),
    designation: 'recovery',
    authentication: 'none',
    tickets: ['invite', 'recovery'],
    providedContext: ['ticket', 'pending_user'],
    skipsSecondFactor: settings.secondFactor === false,
    target,
    stages: [
      ...(secondFactor ? [validateAuthenticator({ name: 'second-factor' })] : []),
      newPasswordPage({
        least,
        repeat,
        title: null,
        wording: { submit: message('ticket.set_password.submit'), ...wording.password },
        validation: settings.passwordValidation ?? [],
      }),
      ticketPasswordWrite({ name: 'password-write' }),
      ...(signIn ? [{ stage: userLogin({ name: 'user-login' }), policies: [ifTicketSignsIn()] }] : []),
      ticketResult({ name: 'result' }),
      {
        stage: passwordChanged({
          name: 'changed',
          title: message('ticket.set_password.done'),
          ...wording.changed,
          ...(signInFlow === undefined ? {} : { next: flowTarget(signInFlow) }),
        }),
        policies: signIn ? [{ policy: ifTicketSignsIn(), negate: true }] : [],
      },
    ],
  });
}
