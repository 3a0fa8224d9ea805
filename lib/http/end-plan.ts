import { message, type Message } from '../base/message.js';
import type { RedirectTarget } from '../base/target.js';
import { cancelPlan } from '../executor/cancel.js';
import { enrolled, redirectTo, type RedirectReply, type Reply } from '../executor/reply.js';
import { isSourceOnly, type Flow } from '../flow/flow.js';
import { isSettings, settingsMenu } from './settings-links.js';
import { sendReply } from './send-reply.js';
import { givePlanToken, type Visit } from './visit.js';
import type { Web } from './web.js';

/** Ends the plan of a visit whose visitor cancels it, and redirects. */
export async function endPlan(visit: Visit, next: RedirectTarget | null = null): Promise<void> {
  await sendReply(visit, await endedPlan(visit, next));
}

/** Ends the plan of a visit, and tells where its visitor goes on: to `next`, which the page that asked has named. */
export async function endedPlan(visit: Visit, next: RedirectTarget | null = null): Promise<Reply> {
  const { web, flow, req } = visit;
  const { planId, enrollmentId } = visit.planToken;
  const ended = await cancelPlan(web.context, flow, { planId, enrollmentId, address: web.client(req) });
  visit.jar.clear('entry');
  givePlanToken(visit);
  // Canceling does not remove the account, so the page names it.
  if (ended.account !== null && flow.designation === 'enrollment') return enrolled({ user: ended.account });
  if (next !== null) return redirectTo(next);
  const notice = message(flow.designation === 'enrollment' ? 'notice.cancelled' : 'notice.stopped');
  if (isSettings(flow)) return leaveSettings(web, flow, notice);
  // A flow that starts only at a source cannot be restarted by its address.
  return isSourceOnly(flow) ? redirectTo({ path: web.home }) : redirectTo({ flow: flow.slug }, { notice });
}

/** Back to where the flow was begun: its own page would ask again for what was canceled. */
function leaveSettings(web: Web, flow: Flow, notice: Message): RedirectReply {
  const menu = settingsMenu(web, flow);
  return menu === null ? redirectTo({ path: web.home }) : redirectTo({ flow: menu.slug }, { notice });
}
