import { message } from '../base/message.js';
import type { RefusalReply } from '../executor/reply.js';
import { acceptsInvitations } from '../flow/flow.js';
import { isGate } from '../flow/stage.js';
import type { PageModel } from '../pages/page-model.js';
import { asPrimary, flowPath, returnTarget, signInLinks, sourceLoginButtons } from './links.js';
import { invitedAddress } from './invited-address.js';
import { maskedCurrentName } from './masked-current-name.js';
import { buttonForm, flowPageModel } from './page-model.js';
import { signOutStep } from './signed-in-page.js';
import { twoAccounts } from './two-accounts.js';
import type { Visit } from './visit.js';

/**
 * For a visitor who must sign in to accept an invitation: the ways to sign in lead back here, and the code waits in the
 * entry link. `null`: another refusal.
 */
export function signInToAcceptPage(visit: Visit, { reason }: RefusalReply, app: PageModel['app']): PageModel | null {
  const { web, flow, entryLink } = visit;
  if (reason !== 'signed_out' || !acceptsInvitations(flow)) return null;
  const back = returnTarget(web, flow.slug, entryLink.next);
  return flowPageModel(visit, {
    view: 'pages/denied',
    languagePath: flowPath(web, flow.slug),
    title: message('accept.sign_in.title'),
    messages: [message('accept.sign_in.text')],
    sources: sourceLoginButtons(web, back),
    links: [...asPrimary(signInLinks(web, back)), ...signUpLinks(visit)],
    app,
  });
}

/** The sign-up of a visitor who has no account yet. */
function signUpLinks({ web, entryLink }: Visit): PageModel['links'] {
  const flow = [...web.flows.values()].find(
    ({ designation, sourceRole, bindings }) =>
      designation === 'enrollment' && sourceRole === null && bindings.some(({ stage }) => isGate(stage)),
  );
  if (flow === undefined || entryLink.code === undefined) return [];
  const [question, label] = [message('link.new_here'), message('link.create_account')];
  return [{ href: flowPath(web, flow.slug), label, question }];
}

/** Asks a signed-in user to sign out, in order to accept with another account. The entry link is kept. */
export async function otherAccountPage(visit: Visit, app: PageModel['app']): Promise<PageModel> {
  const { web, req, flow, entryLink } = visit;
  const invited = await invitedAddress(visit);
  const name = await (invited === null ? web.authSession.currentName(req) : maskedCurrentName(visit));
  return flowPageModel(visit, {
    view: 'pages/continue',
    title: message('accept.switch.title'),
    messages: [
      ...twoAccounts(name, invited),
      message('accept.switch.text'),
      ...(entryLink.code === undefined ? [] : [message('signed_in.code_kept')]),
    ],
    form: buttonForm(visit, { path: 'sign-out/', step: signOutStep, submit: message('signed_in.submit') }),
    links: [{ href: flowPath(web, flow.slug), label: message('link.stay_signed_in') }],
    languagePath: `${flowPath(web, flow.slug)}sign-out/`,
    app,
  });
}
