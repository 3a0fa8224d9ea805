import { message } from '../base/message.js';
import type { RefusalReply } from '../executor/reply.js';
import type { PageModel } from '../pages/page-model.js';
import { flowPath } from './links.js';
import { pageModel } from './page-model.js';
import { signatureField, signStep } from './csrf.js';
import type { Visit } from './visit.js';

/** Stands for "sign out and continue" in a step's signature; no stage binding can have this key. */
export const signOutStep = '~sign-out';

/** True if a flow for new users refuses a visitor because they are signed in, and the app's login can sign them out. */
export function offersSignOut({ web, user }: Visit, { flow, reason }: RefusalReply): boolean {
  return flow !== null && user !== null && web.authSession.canSignOut && reason === 'signed_in';
}

/** Names the signed-in user, with a button that signs out and returns here. The entry link is kept. */
export async function signedInPage(visit: Visit, app: PageModel['app']): Promise<PageModel> {
  const { web, req, flow, planToken, entryLink, locale } = visit;
  const name = await web.authSession.currentName(req);
  const signature = signStep(web.keyring, {
    enrollmentId: planToken.enrollmentId,
    flow: flow.slug,
    step: signOutStep,
    revision: 0,
  });
  return pageModel({
    view: 'pages/continue',
    layout: flow.layout,
    locale,
    flow: { slug: flow.slug, title: flow.title },
    title: message('signed_in.title'),
    messages: [
      name === null ? message('signed_in.unnamed') : message('signed_in.as', { name }),
      message('signed_in.text'),
      ...(entryLink.code === undefined ? [] : [message('signed_in.code_kept')]),
    ],
    form: {
      action: `${flowPath(web, flow.slug)}sign-out/`,
      hidden: [{ name: signatureField, value: signature }],
      typed: {},
      errors: {},
      submit: message('signed_in.submit'),
    },
    links: [{ href: web.home, label: message('link.home') }],
    app,
  });
}
