import { message } from '../../../lib/base/message.js';
import type { PageLink, PageModel } from '../../../lib/pages/page-model.js';
import { titleOfTicket } from '../../../lib/flow/ticket-title.js';
import { recommending } from '../../../lib/http/ticket-page.js';
import { field, form, page, said } from './samples.js';

const flow = { slug: 'set-password', title: message('ticket.set_password.title') };
const confirmFlow = { slug: 'confirm', title: message('ticket.confirm_email.title') };
const action = '/join/if/flow/set-password/';
const again: PageLink = { href: action, label: message('link.try_again') };
const home: PageLink = { href: '/', label: message('link.home') };
const signIn: PageLink = { href: '/join/if/flow/sign-in/', label: message('link.sign_in') };
const recovery: PageLink = { href: '/join/if/flow/recovery/', label: message('stage.identification.recovery') };
const onward: PageLink = {
  href: 'https://shop.example/?success=false&ticket_status=used',
  label: message('ticket.continue_to', { app: 'Shop' }),
};
const name = field('uid_field', 'username_read_only', {
  ...{
    label: said('flow.invite.username'),
    initial_value: 'ann@example.com',
    autocomplete: 'username',
    required: false,
  },
});
const password = field('password', 'password', {
  ...{ label: said('flow.recovery.password'), autocomplete: 'new-password', minlength: 15 },
  sub_text: said('flow.invite.password_help', { least: 15 }),
});

const setPassword = (purpose: 'invite' | 'recovery', app: string | null): PageModel =>
  page('pages/prompt', {
    ...{ flow, stage: 'password', title: titleOfTicket({ purpose, app }) },
    challenge: { fields: [name, password] },
    form: form({ action, submit: message('ticket.set_password.submit') }),
    links: [],
  });

const confirm = (purpose: 'verify-email' | 'change-email', app: string | null): PageModel =>
  page('pages/continue', {
    ...{ flow: confirmFlow, stage: 'confirm' },
    title: titleOfTicket({ purpose, app }),
    messages: [message('ticket.confirm_email.text')],
    form: form({ action: '/join/if/flow/confirm/', submit: message('ticket.confirm_email.submit') }),
  });

/** The page of a ticket that is refused; those that can be renewed have a button. */
const ended = (cause: Cause, more: Partial<PageModel> = {}): PageModel =>
  page('pages/denied', {
    ...{ flow, title: message(`ticket.${cause}.title`), messages: [message(`ticket.${cause}.text`)] },
    links: recommending({ cause, purpose: 'recovery' }, linksAt(cause)),
    ...more,
  });
const linksAt = (cause: Cause): readonly PageLink[] =>
  cause === 'deactivated' ? [home] : [...(cause === 'busy' ? [again] : []), signIn, recovery, home];
const renewable = {
  view: 'pages/continue',
  form: form({ action: `${action}-/ticket`, submit: message('ticket.fresh.submit') }),
};

const causes = [
  ...(['used', 'revoked', 'signed_in', 'password_changed', 'address_changed', 'deactivated', 'busy'] as const),
  ...(['address_taken', 'unknown', 'expired', 'superseded'] as const),
];
type Cause = (typeof causes)[number];

/** The pages that tickets open, in the states that visitors see. */
export const ticketGallery: ReadonlyMap<string, PageModel> = new Map([
  ['ticket-set-password', setPassword('invite', 'Shop')],
  ['ticket-recovery', setPassword('recovery', null)],
  ['ticket-confirm-email', confirm('verify-email', 'Shop')],
  ['ticket-change-email', confirm('change-email', null)],
  [
    'ticket-password-set',
    page('pages/noted', {
      ...{ flow, stage: 'changed', title: message('ticket.set_password.done') },
      challenge: { text: { id: 'flow.recovery.changed_text' } },
      form: form({ action, submit: message('flow.sign_in.title') }),
    }),
  ],
  [
    'ticket-email-confirmed',
    page('pages/noted', {
      ...{ flow: confirmFlow, stage: 'confirmed', title: message('ticket.confirm_email.done') },
      challenge: { text: { id: 'ticket.confirm_email.done_text' } },
      form: form({ action: '/join/if/flow/confirm/', submit: message('form.submit') }),
    }),
  ],
  ...causes.map((cause): [string, PageModel] => [
    `ticket-${cause.replace('_', '-')}`,
    ended(cause, cause === 'expired' || cause === 'superseded' ? renewable : {}),
  ]),
  [
    'ticket-used-email',
    ended('used', {
      ...{ flow: confirmFlow, messages: [message('ticket.used.email_text')] },
      links: recommending({ cause: 'used', purpose: 'verify-email' }, [onward, signIn, recovery, home]),
    }),
  ],
  [
    'ticket-fresh-sent',
    ended('expired', {
      title: message('ticket.fresh.title'),
      messages: [message('ticket.fresh.text')],
      notice: message('notice.ticket_sent'),
      links: [onward, signIn, recovery, home],
    }),
  ],
]);
