import type { Request, Response } from 'express';
import type { Awaitable } from '../base/awaitable.js';
import { execute } from '../executor/execute.js';
import { linkExpired } from '../executor/flow-access.js';
import { keptForm } from '../executor/kept-form.js';
import { redirectTo, type RefusalReply, type StageReply } from '../executor/reply.js';
import type { Ask, Redraw } from '../executor/run.js';
import { askUnanswered } from '../executor/unanswered-form.js';
import type { Flow } from '../flow/flow.js';
import { afterBody } from './after-body.js';
import { askOf, openVisit, type Visit } from './visit.js';
import { takeFlowLink } from './flow-link.js';
import { isOutage, outageReply } from './failure.js';
import { declineInvitation } from './decline-invitation.js';
import { renewInvitation } from './fresh-invitation.js';
import { sendTo } from './headers.js';
import { asksForFilesAgain } from './uploads/form-files.js';
import { checkLogin } from './login/auth-session.js';
import { queryOf } from './query.js';
import { cancelPath, flowPath, withNext } from './links.js';
import { nextInQuery } from './next-in-query.js';
import { cancelPage, cancelStep } from './cancel-page.js';
import { endPlan } from './end-plan.js';
import { remainingErrors } from './remaining-errors.js';
import { changedSince, signedInOrOutSince } from './others-form.js';
import { shownNotice } from './notices.js';
import { isBlank, shownAgain } from './shown-again.js';
import type { Web } from './web.js';
import { forgedForm, receive } from './receive-form.js';
import { sendModel, sendReply, type KeepForm } from './send-reply.js';
import { takeEntryLink } from './take-entry-link.js';

/** GET: shows the current step. Changes and stores nothing. */
export async function showFlow(web: Web, flow: Flow, req: Request, res: Response): Promise<void> {
  if (queryOf(req) !== '' && (await takeFlowLink(web, flow, req, res))) return;
  if (queryOf(req) !== '' && (await takeEntryLink(web, flow, req, res))) return;
  checkLogin(web, req);
  const visit = await openVisit(web, flow, req, res);
  const { fresh } = visit.planToken;
  const ask = askOf(visit, { act: false, fresh, submission: null, injectedContext: null });
  await sendReply(visit, await execute(web.context, ask));
}

/**
 * POST: performs one step if the form is authentic. If a store is away, the page keeps what was typed, also where the
 * outage shows before the form is read.
 */
export async function submitFlow(begun: Web, begunFlow: Flow, req: Request, res: Response): Promise<void> {
  let early: unknown = null;
  async function unlessAway<Answer>(ask: () => Awaitable<Answer>, otherwise: Answer): Promise<Answer> {
    if (early !== null) return otherwise;
    try {
      return await ask();
    } catch (error) {
      if (!isOutage(error)) throw error;
      early = error;
      return otherwise;
    }
  }
  const received = await receive(begun, begunFlow, req, res, {
    async open() {
      await unlessAway(() => {
        checkLogin(begun, req);
      }, undefined);
      const current = (request: Request) => unlessAway(() => begun.authSession.current(request), null);
      return openVisit(begun, begunFlow, req, res, current);
    },
    read: (opened) => unlessAway(() => afterBody(opened), { ...opened, user: null }),
  });
  if (received === null) return;
  const { form, redraw, cancel, files } = received;
  const { web, flow } = received.visit;
  // A page that could not be answered is still that of the person it was drawn for.
  const asDrawn = { ...received.visit, mark: received.mark };
  const visit = early === null ? received.visit : asDrawn;
  const needsMail = received.fresh || received.declines;
  if (needsMail && visit.entryLink.code === undefined) return sendReply(visit, linkExpired(flow));
  // No stage is run, which would refuse this visitor: the button was drawn for another one.
  if (needsMail && (received.mark === null) !== (visit.user === null))
    return sendReply(visit, redirectTo({ flow: flow.slug }, { notice: changedSince(received, visit.user) }));
  if (received.fresh) return sendReply(visit, await renewInvitation(visit, received.signature));
  if (received.declines) return sendReply(visit, await declineInvitation(visit));
  if (cancel === 'confirmed') return endPlan(visit);
  if (cancel === 'asked') {
    const kept = keptForm(flow, form);
    if (isBlank(kept)) sendTo(res, `${flowPath(web, flow.slug)}cancel/`, visit.jar);
    else {
      const page = cancelPage(visit, web.locals(req), { ...kept, signature: received.signature });
      await sendModel(web, req, res, 200, page, visit.jar);
    }
    return files?.discardOthers();
  }
  const askFor = (again: Redraw | null): Ask =>
    askOf(visit, {
      act: again === null,
      fresh: false,
      submission: again === null ? form : null,
      redraw: again,
      injectedContext: null,
    });
  const keepForm: KeepForm = (refused) => unansweredForm(asDrawn, askFor(redraw), refused);
  try {
    const since = early === null ? await signedInOrOutSince(visit, received, form) : null;
    const again = since === null ? redraw : (redraw ?? { form, extends: false, said: remainingErrors(visit, form) });
    const answer = early === null ? await execute(web.context, askFor(again)) : outageReply(web, flow, early);
    const before = received.isInLanguage ? shownNotice(visit.jar) : null;
    const reply = shownAgain(answer, flow, again, { since, before });
    if (files === null) return await sendReply(visit, reply, keepForm);
    await sendReply(visit, asksForFilesAgain(reply, form, files), keepForm);
    await files.discardOthers();
  } catch (error) {
    if (res.headersSent || !isOutage(error)) throw error;
    await sendReply(asDrawn, outageReply(web, flow, error), keepForm);
  }
}

async function unansweredForm({ web }: Visit, ask: Ask, refused: RefusalReply): Promise<StageReply | null> {
  try {
    const { reference, retryAfterSeconds } = refused;
    // The first message is the plain page's own.
    return await askUnanswered(web.context, ask, { messages: refused.messages.slice(1), reference, retryAfterSeconds });
  } catch (error) {
    web.log.warn({ err: error, flow: ask.flow.slug }, 'a form could not be shown again during an outage');
    return null;
  }
}

/** GET: asks the visitor to confirm the cancellation. */
export async function showCancel(web: Web, flow: Flow, req: Request, res: Response): Promise<void> {
  const visit = await openVisit(web, flow, req, res);
  if (visit.planToken.fresh) {
    sendTo(res, withNext(web, flowPath(web, flow.slug), nextInQuery(web, req) ?? undefined), null);
    return;
  }
  await sendModel(web, req, res, 200, cancelPage(visit, web.locals(req)), visit.jar);
}

/** POST: deletes the plan and releases its reservation. Nothing else has been consumed yet. */
export async function submitCancel(web: Web, flow: Flow, req: Request, res: Response): Promise<void> {
  const received = await receive(web, flow, req, res);
  if (received === null) return;
  const { visit, form, redraw } = received;
  const next = nextInQuery(web, req);
  if (form.step !== cancelStep) {
    await sendReply(visit, forgedForm(visit.flow));
    return;
  }
  if (redraw !== null) {
    sendTo(res, cancelPath(web, flow, next ?? undefined), visit.jar);
    return;
  }
  await endPlan(visit, next);
}
