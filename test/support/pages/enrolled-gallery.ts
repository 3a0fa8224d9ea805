import { message, type Message } from '../../../lib/base/message.js';
import type { PageLink, PageModel } from '../../../lib/pages/page-model.js';
import { page } from './samples.js';

const home = { href: '/', label: message('link.home') };
const signIn = { href: '/login', label: message('link.sign_in'), primary: true };

function enrolled(
  title: Message,
  messages: readonly Message[],
  more: { readonly links?: readonly PageLink[]; readonly reference?: string } = {},
): PageModel {
  return page('pages/enrolled', {
    flow: { slug: 'invite', title: message('flow.invite.title') },
    title,
    messages,
    links: [home],
    ...more,
  });
}

/** The pages of a sign-up that wrote an account and could not sign its user in. */
export const enrolledGallery: ReadonlyMap<string, PageModel> = new Map([
  ['enrolled', enrolled(message('enrolled.title'), [message('enrolled.text')], { links: [signIn, home] })],
  [
    'enrolled-repeated',
    enrolled(message('enrolled.title'), [message('enrolled.repeated.text')], { links: [signIn, home] }),
  ],
  ['enrolled-inactive', enrolled(message('enrolled.inactive.title'), [message('enrolled.inactive.text')])],
  ['enrolled-gone', enrolled(message('enrolled.gone.title'), [message('enrolled.gone.text')])],
  [
    'enrolled-refused',
    enrolled(message('enrolled.refused.title'), [message('enrolled.refused.text'), message('policy.denied')], {
      reference: 'K7PQ3XWM',
    }),
  ],
]);
