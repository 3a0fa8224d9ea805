import { dayText } from '../../../lib/base/date-text.js';
import { message, type Message } from '../../../lib/base/message.js';
import type { PageLink, PageModel } from '../../../lib/pages/page-model.js';
import { page } from './samples.js';

const home = { href: '/', label: message('link.home') };
const signIn = { href: '/login', label: message('link.sign_in') };
const haveAccount = { ...signIn, question: message('link.have_account') };
const recovery = { href: '/join/if/flow/recovery/', label: message('stage.identification.recovery') };

function invitation(title: Message, text: Message, links: readonly PageLink[] = [haveAccount]): PageModel {
  return page('pages/denied', { stage: 'invite-code', title, messages: [text], links });
}

function undo(text: Message): PageModel {
  return page('pages/denied', {
    flow: { slug: 'undo-address-change', title: message('flow.undo_address_change.title') },
    title: message('denied.title'),
    messages: [text],
    links: [signIn, recovery, home],
  });
}

/** The pages of links in mails that open nothing any more, beside those of tickets. */
export const endedLinkGallery: ReadonlyMap<string, PageModel> = new Map([
  [
    'invitation-used',
    invitation(message('ticket.used.title'), message('invitation.used_up'), [{ ...haveAccount, primary: true }]),
  ],
  ['invitation-revoked', invitation(message('ticket.revoked.title'), message('ticket.revoked.text'))],
  ['invitation-expired', invitation(message('ticket.expired.title'), message('invitation.expired'))],
  ['invitation-superseded', invitation(message('ticket.superseded.title'), message('ticket.superseded.text'))],
  ['address-undo-used', undo(message('stage.address_undo.used'))],
  [
    'address-undo-expired',
    undo(message('stage.address_undo.expired', { day: dayText(Date.UTC(2026, 0, 8, 9), 'en') })),
  ],
  ['address-undo-over', undo(message('stage.address_undo.over'))],
]);
