import type { Request, Response } from 'express';
import type { Awaitable } from '../base/awaitable.js';
import { message } from '../base/message.js';
import { cancelField, declineField, extendField, freshField, keepField, localeField } from '../base/reserved-names.js';
import { execute } from '../executor/execute.js';
import { linkExpired } from '../executor/flow-access.js';
import { keptForm } from '../executor/kept-form.js';
import { redirectTo, refusal, type RefusalReply, type StageReply } from '../executor/reply.js';
import type { Ask, Redraw, Submission } from '../executor/run.js';
import { askUnanswered } from '../executor/unanswered-form.js';
import type { Flow } from '../flow/flow.js';
import { afterBody } from './after-body.js';
import { keepEntryLink, askOf, givePlanToken, openVisit, type Visit } from './visit.js';
import { takeFlowLink } from './flow-link.js';
import { asksForCode, startFreshPlans } from './fresh-plans.js';
import { isOutage, outageReply } from './failure.js';
import { declineInvitation } from './decline-invitation.js';
import { renewInvitation } from './fresh-invitation.js';
import { sendTo } from './headers.js';
import { asksForFilesAgain, readFiles, sendsFiles } from './uploads/form-files.js';
import type { FilesOfForm } from './uploads/sent-files.js';
import { checkLogin } from './login/auth-session.js';
import { inLanguage } from './choose-language.js';
import { formOrigin, readSignature, signatureField } from './posted-form.js';
import { readBody } from './read-body.js';
import { linkIn } from './link-in-query.js';
import { queryOf } from './query.js';
import { acceptingFlow, flowPath } from './links.js';
import { cancelPage, cancelStep } from './cancel-page.js';
import { endPlan } from './end-plan.js';
import { remainingErrors } from './remaining-errors.js';
import { isOthersForm, othersFormReply, signedInOrOutSince } from './others-form.js';
import { shownNotice } from './notices.js';
import { isBlank, shownAgain } from './shown-again.js';
import type { Web } from './web.js';
import { sendModel, sendRefusal, sendReply, type KeepForm } from './send-reply.js';

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
  if (received.fresh) return renewInvitation(visit);
  if (received.declines) return declineInvitation(visit);
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
    sendTo(res, flowPath(web, flow.slug), null);
    return;
  }
  await sendModel(web, req, res, 200, cancelPage(visit, web.locals(req)), visit.jar);
}

/** POST: deletes the plan and releases its reservation. Nothing else has been consumed yet. */
export async function submitCancel(web: Web, flow: Flow, req: Request, res: Response): Promise<void> {
  const received = await receive(web, flow, req, res);
  if (received === null) return;
  const { visit, form, redraw } = received;
  if (form.step !== cancelStep) {
    await sendReply(visit, forgedForm(visit.flow));
    return;
  }
  if (redraw !== null) {
    sendTo(res, `${flowPath(web, flow.slug)}cancel/`, visit.jar);
    return;
  }
  await endPlan(visit);
}

/** How a form's visit begins, and what it is once its body is read: see `afterBody`. */
interface VisitSteps {
  open(): Promise<Visit>;
  read(opened: Visit): Promise<Visit | null>;
}

/** A form of this browser. `redraw`: where it only asks for its page again. */
interface Received {
  readonly visit: Visit;
  readonly form: Submission;
  readonly redraw: Redraw | null;
  /** True: it asks for its page in another language. */
  readonly isInLanguage: boolean;
  /** Whether it asks to cancel its flow, or confirms it; `null`: neither. */
  readonly cancel: 'asked' | 'confirmed' | null;
  /** True: it asks for a fresh link of a mailed invitation. */
  readonly fresh: boolean;
  /** True: it declines the invitation of a mail. */
  readonly declines: boolean;
  /** The signature as it came. */
  readonly signature: string;
  /** Whose page it is of, see `userMark`. */
  readonly mark: string | null;
  /** `null`: the form can have none. */
  readonly files: FilesOfForm | null;
}

/**
 * Returns the form's step and fields once the origin, plan token and signature are valid; otherwise sends a 403 page.
 */
export async function receive(
  web: Web,
  flow: Flow,
  req: Request,
  res: Response,
  { open = () => openVisit(web, flow, req, res), read = afterBody }: Partial<VisitSteps> = {},
): Promise<Received | null> {
  const opened = await open();
  // If the browser sends no origin information, the step's signature decides.
  if (formOrigin(web, req) === 'foreign') {
    await sendReply(opened, forgedForm(flow));
    return null;
  }
  const sent = sendsFiles(flow, req) ? await readFiles(opened, flow) : null;
  const field = sent === null ? await readBody(req) : sent.field;
  const visit = await read(opened);
  if (visit === null) {
    await sent?.files.discardOthers();
    await sendRefusal(web, req, res, refusal(404, [message('problem.404')]));
    return null;
  }
  if (visit.planToken.fresh) {
    // A plan token that is present but no longer valid shows that the browser accepts cookies: its plan is over.
    const over = visit.jar.read('plan') !== undefined;
    await sendReply(
      visit,
      over
        ? redirectTo({ flow: flow.slug }, { notice: message('notice.expired') })
        : refusal(403, [message('problem.403.cookies')], { flow, reason: 'no_cookies' }),
    );
    return null;
  }
  const signature = field(signatureField) ?? '';
  const signed = readSignature(web.keyring, visit.planToken.enrollmentId, flow.slug, signature);
  if (signed === null) {
    await sendReply(visit, forgedForm(flow));
    return null;
  }
  const { step, revision } = signed;
  const files = sent === null ? null : sent.files;
  const posted: Submission = { step, revision, field, list: field.list };
  const form: Submission = files === null ? posted : { ...posted, files };
  const language = field(localeField);
  const isExtending = field(extendField) !== undefined;
  const lost = field(keepField);
  const cancel = field(cancelField);
  const [isFresh, isDeclining] = [field(freshField) !== undefined, field(declineField) === 'confirmed'];
  const answers =
    [language, lost, cancel].every((one) => one === undefined) && !isExtending && !isFresh && !isDeclining;
  if (await isOthersForm(visit, signed, answers ? form : null)) {
    await files?.discardOthers();
    await sendReply(visit, othersFormReply(visit));
    return null;
  }
  // The files were received by the rules of a flow that has changed since.
  if (files !== null && visit.flow.build !== opened.flow.build) {
    await files.discardOthers();
    await sendReply(visit, redirectTo({ flow: flow.slug }, { notice: message('notice.restarted') }));
    return null;
  }
  return {
    visit: language === undefined ? visit : inLanguage(visit, language),
    form,
    isInLanguage: language !== undefined,
    redraw:
      language === undefined && !isExtending && lost === undefined
        ? null
        : { form, extends: isExtending, lost: lost ?? null, said: remainingErrors(visit, form) },
    cancel:
      cancel === undefined || lost !== undefined
        ? null
        : cancel === 'confirmed' && language === undefined
          ? 'confirmed'
          : 'asked',
    fresh: language === undefined && isFresh,
    declines: language === undefined && isDeclining,
    signature,
    mark: signed.mark,
    files,
  };
}

/**
 * Handles a link with a code, a `next` or a `login_hint`: seals them into a cookie and redirects to the clean address, so that neither
 * the history nor a `Referer` contains them.
 */
async function takeEntryLink(web: Web, flow: Flow, req: Request, res: Response): Promise<boolean> {
  const link = linkIn(web.site, flow, queryOf(req));
  if (link === null) return false;
  const to = link.code === undefined ? flow : await flowForCode(web, flow, req);
  const jar = web.cookies(to.slug, req);
  await keepEntryLink(web, req, jar, { ...link, flow: to.slug });
  if (link.code !== undefined) {
    if (asksForCode(to)) givePlanToken({ web, flow: to, jar });
    else res.append('Set-Cookie', [...startFreshPlans(web, req)]);
  }
  sendTo(res, flowPath(web, to.slug), jar);
  return true;
}

/** A signed-in user cannot create an account with an invitation, but may accept it. */
async function flowForCode(web: Web, flow: Flow, req: Request): Promise<Flow> {
  const accepting = acceptingFlow(web);
  if (accepting === null || flow.designation !== 'enrollment' || flow.authentication !== 'require_unauthenticated')
    return flow;
  checkLogin(web, req);
  return (await web.authSession.current(req)) === null ? flow : accepting;
}

/** The form was not made by the kit for this browser, or came from another site. */
export function forgedForm(flow: Flow): RefusalReply {
  return refusal(403, [message('problem.403.forged')], { flow, reason: 'forged_form' });
}
