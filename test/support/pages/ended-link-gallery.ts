import { message, type Message } from '../../../lib/base/message.js';
import type { PageLink, PageModel } from '../../../lib/pages/page-model.js';
import { page } from './samples.js';

const haveAccount = { href: '/login', label: message('link.sign_in'), question: message('link.have_account') };

function invitation(title: Message, text: Message, links: readonly PageLink[] = [haveAccount]): PageModel {
  return page('pages/denied', { stage: 'invite-code', title, messages: [text], links });
}

/** The pages of invitations whose links open nothing any more. */
export const endedLinkGallery: ReadonlyMap<string, PageModel> = new Map([
  [
    'invitation-used',
    invitation(message('ticket.used.title'), message('invitation.used_up'), [{ ...haveAccount, primary: true }]),
  ],
  ['invitation-revoked', invitation(message('ticket.revoked.title'), message('ticket.revoked.text'))],
  ['invitation-expired', invitation(message('ticket.expired.title'), message('invitation.expired'))],
  ['invitation-superseded', invitation(message('ticket.superseded.title'), message('ticket.superseded.text'))],
]);
