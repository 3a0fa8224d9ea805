import { dayText } from '../../../lib/base/date-text.js';
import { message, type Message } from '../../../lib/base/message.js';
import { withRecommended } from '../../../lib/http/recommended-link.js';
import type { PageModel } from '../../../lib/pages/page-model.js';
import { form, page } from './samples.js';

const links = [
  { href: '/login', label: message('link.sign_in') },
  { href: '/join/if/flow/recovery/', label: message('stage.identification.recovery') },
  { href: '/', label: message('link.home') },
];
const flow = { slug: 'undo-address-change', title: message('flow.undo_address_change.title') };
const action = '/join/if/flow/undo-address-change/';

function refused(text: Message, title = message('denied.title')): PageModel {
  const messages = [text];
  return page('pages/denied', { flow, title, messages, links: withRecommended({ messages }, links) });
}

/** The pages of the link that undoes a change of the address. */
export const addressUndoGallery: ReadonlyMap<string, PageModel> = new Map([
  [
    'address-undo',
    page('pages/continue', {
      ...{ flow, stage: 'undo', title: message('stage.address_undo.title') },
      messages: [message('stage.address_undo.text', { address: 'a***@example.com' })],
      form: form({ action, submit: message('stage.address_undo.submit') }),
    }),
  ],
  [
    'address-restored',
    page('pages/noted', {
      ...{ flow, stage: 'restored', title: message('stage.address_restored.title') },
      challenge: { text: { id: 'stage.address_restored.text' } },
      form: form({ action, submit: message('stage.address_restored.password') }),
    }),
  ],
  ['address-undo-taken', refused(message('stage.address_undo.taken'))],
  ['address-undo-used', refused(message('stage.address_undo.used'))],
  [
    'address-undo-expired',
    refused(message('stage.address_undo.expired', { day: dayText(Date.UTC(2026, 0, 8, 9), 'en') })),
  ],
  ['address-undo-over', refused(message('stage.address_undo.over'))],
  ['address-undo-left-open', refused(message('flow.link_expired'), message('flow.link_expired.title'))],
]);
