import { maskName } from '../base/mask.js';
import { message } from '../base/message.js';
import type { RefusalReply } from '../executor/reply.js';
import type { PageModel } from '../pages/page-model.js';
import { flowPath } from './links.js';
import { maskedCurrentName } from './masked-current-name.js';
import { buttonForm, flowPageModel } from './page-model.js';
import { signOutStep } from './signed-in-page.js';
import { twoAccounts } from './two-accounts.js';
import type { Visit } from './visit.js';

/** True for a link of another account than the signed-in one, if the app's login can sign that one out. */
export function offersSwitch({ web, user }: Visit, { flow, reason }: RefusalReply): boolean {
  return flow !== null && user !== null && web.authSession.canSignOut && reason === 'other_account';
}

/**
 * For a link that was issued for another account than the signed-in one: names both, masked, and offers to sign out and
 * continue. The link is kept. `account`: the id of the account that the link is for; left out where it is
 * not known.
 */
export async function switchAccountPage(
  visit: Visit,
  account: string | undefined,
  app: PageModel['app'],
): Promise<PageModel> {
  const { web, flow } = visit;
  const [current, profile] = await Promise.all([
    maskedCurrentName(visit),
    account === undefined ? null : web.context.services.profiles.find(account),
  ]);
  const other = profile === null ? null : maskName(profile);
  return flowPageModel(visit, {
    view: 'pages/continue',
    title: message('switch_account.title'),
    messages: [...twoAccounts(current, other), message('switch_account.text')],
    form: buttonForm(visit, { path: 'sign-out/', step: signOutStep, submit: message('signed_in.submit') }),
    links: [{ href: web.home, label: message('link.stay_signed_in') }],
    languagePath: flowPath(web, flow.slug),
    app,
  });
}
