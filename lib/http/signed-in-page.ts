import { message } from '../base/message.js';
import type { MessageId } from '../base/texts/english.js';
import type { RefusalReply } from '../executor/reply.js';
import type { Designation } from '../flow/flow.js';
import type { PageLink, PageModel } from '../pages/page-model.js';
import { invitedAddress } from './invited-address.js';
import { mailedLinkOf } from './fresh-invitation.js';
import { acceptingFlow, asPrimary, flowPath } from './links.js';
import { maskedCurrentName } from './masked-current-name.js';
import { buttonForm, flowPageModel } from './page-model.js';
import { twoAccounts } from './two-accounts.js';
import type { Visit } from './visit.js';

/** What a visitor signs out for, by the flow's designation. */
const texts: Readonly<Partial<Record<Designation, MessageId>>> = {
  authentication: 'signed_in.authentication.text',
  enrollment: 'signed_in.text',
  recovery: 'signed_in.recovery.text',
};

/** Stands for "sign out and continue" in a step's signature; no stage binding can have this key. */
export const signOutStep = '~sign-out';

/** True if a flow for new users refuses a visitor because they are signed in, and the app's login can sign them out. */
export function offersSignOut({ web, user }: Visit, { flow, reason }: RefusalReply): boolean {
  return flow !== null && user !== null && web.authSession.canSignOut && reason === 'signed_in';
}

/**
 * Names the signed-in user, and where a mailed invitation is for another address also that, both masked, with a
 * button that signs out and returns here. The entry link is kept.
 */
export async function signedInPage(visit: Visit, app: PageModel['app']): Promise<PageModel> {
  const { web, req, entryLink } = visit;
  const invited = await invitedAddress(visit);
  if (invited === null && (await isUsed(visit))) return usedLinkPage(visit, app);
  const name = await (invited === null ? web.authSession.currentName(req) : maskedCurrentName(visit));
  return flowPageModel(visit, {
    view: 'pages/continue',
    title: message(invited === null ? 'signed_in.title' : 'switch_account.title'),
    messages: [
      ...twoAccounts(name, invited),
      message(invited === null ? (texts[visit.flow.designation] ?? 'signed_in.other.text') : 'switch_account.text'),
      ...(entryLink.code === undefined ? [] : [message('signed_in.code_kept')]),
    ],
    form: buttonForm(visit, { path: 'sign-out/', step: signOutStep, submit: message('signed_in.submit') }),
    // With this account the invitation cannot be accepted either.
    links: [...(invited === null ? acceptLinks(visit) : []), { href: web.home, label: message('link.home') }],
    languagePath: flowPath(web, visit.flow.slug),
    app,
  });
}

/** The second click on the link of a mail, after the sign-up: there is nothing to sign out for. */
async function usedLinkPage(visit: Visit, app: PageModel['app']): Promise<PageModel> {
  const { web, req, flow } = visit;
  return flowPageModel(visit, {
    view: 'pages/denied',
    title: message('ticket.used.title'),
    messages: [...twoAccounts(await web.authSession.currentName(req), null), message('signed_in.used.text')],
    links: asPrimary([{ href: web.home, label: message('link.home') }]),
    languagePath: flowPath(web, flow.slug),
    app,
  });
}

async function isUsed(visit: Visit): Promise<boolean> {
  const link = mailedLinkOf(visit);
  const { invitationDecline } = visit.web.context.services;
  return link !== null && (await invitationDecline?.stateOf(link)) === 'used';
}

/** A user with the code of an invitation may accept it instead of creating another account. */
function acceptLinks({ web, entryLink }: Visit): readonly PageLink[] {
  const accepting = entryLink.code === undefined ? null : acceptingFlow(web);
  return accepting === null ? [] : [{ href: flowPath(web, accepting.slug), label: message('link.accept') }];
}
