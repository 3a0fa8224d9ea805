import { chain, isPromise, type Awaitable } from '../base/awaitable.js';
import type { EnrolledReply, StageReply } from '../executor/reply.js';
import type { PageModel } from '../pages/page-model.js';
import { withDecline } from './decline-invitation.js';
import { emptyListPage } from './empty-list-page.js';
import { mailedLinkOf, withFreshLink } from './fresh-invitation.js';
import { withAccountName } from './named-account.js';
import { keepNotice, readNotice } from './notices.js';
import { withOpenLinks } from './open-links.js';
import { enrolledPage, stagePage } from './page-model.js';
import { noSources, provePage, sourceParts, sourceStagePage } from './sources/source-pages.js';
import { givePlanToken, type Visit } from './visit.js';

/** What a reply shows, as a page or as JSON. */
export interface ReplyModel {
  readonly status: number;
  readonly model: PageModel;
}

/** What a stage shows: the visitor has the plan's token from now on. */
export async function stageModel(visit: Visit, reply: StageReply): Promise<ReplyModel> {
  const { web, req, jar, planToken } = visit;
  if (planToken.fresh) givePlanToken(visit, planToken);
  if (reply.token !== null) givePlanToken(visit, reply.token);
  const shown = reply.links.length === 0 ? reply : await withOpenLinks(visit, reply);
  const parts = web.sources === null ? noSources : await sourceParts(visit, web.sources, shown);
  const more = {
    notice: reply.notice === null ? readNotice(web, jar) : keepNotice(web, jar, reply.notice),
    app: web.locals(req),
    ...parts,
  };
  const page =
    provePage(visit, shown, more) ??
    sourceStagePage(visit, shown, more) ??
    emptyListPage(visit, shown, more) ??
    withMailedLink(visit, shown, stagePage(visit, shown, more));
  const named = chain(page, (model) => withAccountName(visit, shown, model));
  return { status: reply.status, model: isPromise(named) ? await named : named };
}

/** For a person who came by the link of an invitation's mail: most have no such link. */
function withMailedLink(visit: Visit, reply: StageReply, page: PageModel): Awaitable<PageModel> {
  if (mailedLinkOf(visit) === null) return page;
  return withFreshLink(visit, reply, page).then((fresh) => withDecline(visit, reply, fresh));
}

/** The account exists; whether its user may sign in is looked up only now. */
export async function enrolledModel(visit: Visit, given: EnrolledReply): Promise<ReplyModel> {
  const { web, req } = visit;
  const reply: EnrolledReply = { ...given, problem: await problemOf(web, given) };
  // The next visit begins anew: its person is invited again, or another one.
  if (reply.freshToken || reply.problem === 'gone') givePlanToken(visit);
  const status = reply.problem === 'refused' || reply.problem === 'gone' ? 403 : 200;
  return { status, model: enrolledPage(visit, reply, web.locals(req)) };
}

/** Where the store does not answer, what is known. */
async function problemOf(web: Visit['web'], { problem, user }: EnrolledReply): Promise<EnrolledReply['problem']> {
  if (user === null) return problem;
  const state = await web.authSession.accountState(user).catch(() => 'active' as const);
  if (state === 'gone') return state;
  return state === 'inactive' && problem !== 'refused' ? state : problem;
}
