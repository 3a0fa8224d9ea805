import { message } from '../base/message.js';
import type { RefusalReply } from '../executor/reply.js';
import type { PageLink, PageModel } from '../pages/page-model.js';
import { acceptingFlow, flowPath } from './links.js';
import { buttonForm, flowPageModel } from './page-model.js';
import type { Visit } from './visit.js';

/** Stands for "sign out and continue" in a step's signature; no stage binding can have this key. */
export const signOutStep = '~sign-out';

/** True if a flow for new users refuses a visitor because they are signed in, and the app's login can sign them out. */
export function offersSignOut({ web, user }: Visit, { flow, reason }: RefusalReply): boolean {
  return flow !== null && user !== null && web.authSession.canSignOut && reason === 'signed_in';
}

/** Names the signed-in user, with a button that signs out and returns here. The entry link is kept. */
export async function signedInPage(visit: Visit, app: PageModel['app']): Promise<PageModel> {
  const { web, req, entryLink } = visit;
  const name = await web.authSession.currentName(req);
  return flowPageModel(visit, {
    view: 'pages/continue',
    title: message('signed_in.title'),
    messages: [
      name === null ? message('signed_in.unnamed') : message('signed_in.as', { name }),
      message('signed_in.text'),
      ...(entryLink.code === undefined ? [] : [message('signed_in.code_kept')]),
    ],
    form: buttonForm(visit, { path: 'sign-out/', step: signOutStep, submit: message('signed_in.submit') }),
    links: [...acceptLinks(visit), { href: web.home, label: message('link.home') }],
    languagePath: flowPath(web, visit.flow.slug),
    app,
  });
}

/** A user with the code of an invitation may accept it instead of creating another account. */
function acceptLinks({ web, entryLink }: Visit): readonly PageLink[] {
  const accepting = entryLink.code === undefined ? null : acceptingFlow(web);
  return accepting === null ? [] : [{ href: flowPath(web, accepting.slug), label: message('link.accept') }];
}
