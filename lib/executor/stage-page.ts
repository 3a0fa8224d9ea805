import { chain, type Awaitable } from '../base/awaitable.js';
import type { JsonObject } from '../base/json.js';
import { message, type FieldErrors, type Message } from '../base/message.js';
import { flowTarget } from '../base/target.js';
import type { FormSources, PageSources } from '../flow/content-security-policy.js';
import type { Context } from '../flow/context.js';
import type { StageContext } from '../flow/facts.js';
import type { StageBinding } from '../flow/flow.js';
import { bindingOf } from '../flow/machine/advance.js';
import { isMessage } from '../flow/machine/stored-values.js';
import type { RefusedTicket, TicketInPlan } from '../ports/ticket-gate.js';
import { askerOf, restartPlan, rewindTo } from '../flow/machine/change-steps.js';
import { isGate, type AskingStage } from '../flow/stage.js';
import { stageContextOf, storedUntil, type Run } from './run.js';
import { stageLinks } from './stage-links.js';
import { typedOf } from './posted-fields.js';
import { redirectTo, refusal, type StageReply } from './reply.js';
import { titleOfTicket } from '../flow/ticket-title.js';
import { sealSavedPassword } from './saved-password.js';

/** What a page says beside its challenge; left out: nothing. */
type PageDetails = Pick<StageReply, 'status'> &
  Partial<
    Pick<StageReply, 'errors' | 'typed' | 'savedPassword' | 'messages' | 'reference' | 'retryAfterSeconds' | 'submit'>
  >;

/** The page of an asking stage. */
export function stageReply(
  run: Run,
  binding: StageBinding,
  stage: AskingStage,
  details: PageDetails,
): Awaitable<StageReply> {
  const at = stageContextOf(run, binding.key, (details.savedPassword ?? null) !== null);
  return chain(stage.challenge(at), (challenge) =>
    chain(linksOf(run, stage, at, details.status), (links) =>
      pageReply(run, binding, stage, { challenge, links }, details),
    ),
  );
}

/** Written out: a spread between other fields takes as long as all of them. */
function pageReply(
  run: Run,
  binding: StageBinding,
  stage: AskingStage,
  { challenge, links }: Pick<StageReply, 'challenge' | 'links'>,
  details: PageDetails,
): StageReply {
  const { context, account, expiresAt } = run.plan;
  const isFirst = isFirstPage(run, binding.key);
  const title = stage.title ?? titleIn(challenge);
  const ticket = isFirst ? titledTicket(run, title) : undefined;
  const reply: StageReply = {
    type: 'stage',
    status: details.status,
    step: binding.key,
    revision: run.revision,
    stage: stage.name,
    title: ticket === undefined ? title : titleOfTicket(ticket),
    intro: stage.intro,
    isFirst,
    inviter: inviterFor(run, binding),
    component: stage.component,
    offersSources: stage.offersSources,
    contentSecurityPolicy: policyOf(run, stage.contentSecurityPolicy),
    view: stage.view,
    challenge,
    errors: details.errors ?? {},
    savedPassword: details.savedPassword ?? null,
    typed: details.typed ?? {},
    focus: null,
    notice: null,
    messages: details.messages ?? run.messages,
    reference: details.reference ?? null,
    retryAfterSeconds: details.retryAfterSeconds ?? null,
    submit: details.submit ?? stage.submit,
    destructive: stage.destructive,
    links,
    identity: context.identity ?? null,
    accountWaits: typeof context.account_to_claim === 'string',
    provedElsewhere: isProvedElsewhere(context),
    cancellable: account === undefined,
    token: null,
    expiresAt: run.changed ? storedUntil(run) : expiresAt,
    reservedUntil: reservedUntil(run, binding),
    keep: null,
  };
  return ticket === undefined ? reply : { ...reply, ticket };
}

/**
 * Replaces a silent stage that must not act, or rewind the plan, on the GET that arrived at it: the user presses a
 * button.
 */
export function continueReply(run: Run, binding: StageBinding): StageReply {
  const { stage } = binding;
  const own = stage.asking ? null : stage;
  const words = own === null ? null : own.words(stageContextOf(run, binding.key));
  return {
    type: 'stage',
    status: 200,
    step: binding.key,
    revision: run.revision,
    stage: stage.name,
    title: own?.title ?? words?.title ?? message('continue.title'),
    intro: own?.intro ?? null,
    isFirst: isFirstPage(run, binding.key),
    inviter: inviterFor(run, binding),
    component: 'ak-stage-autosubmit',
    offersSources: null,
    contentSecurityPolicy: policyOf(run, null),
    view: 'pages/continue',
    challenge: {},
    errors: {},
    savedPassword: null,
    typed: {},
    focus: null,
    notice: null,
    messages: words === null ? run.messages : [...run.messages, words.text],
    reference: null,
    retryAfterSeconds: null,
    submit: own?.submit ?? words?.submit ?? null,
    destructive: own?.destructive ?? false,
    links: [],
    identity: run.plan.context.identity ?? null,
    accountWaits: typeof run.plan.context.account_to_claim === 'string',
    provedElsewhere: isProvedElsewhere(run.plan.context),
    cancellable: run.plan.account === undefined,
    token: null,
    expiresAt: run.changed ? storedUntil(run) : run.plan.expiresAt,
    reservedUntil: reservedUntil(run, binding),
    keep: words?.keep ?? null,
  };
}

/** During an outage, what a link depends on may be what is away. */
function linksOf(
  { context }: Run,
  stage: AskingStage,
  at: StageContext,
  status: StageReply['status'],
): ReturnType<typeof stageLinks> {
  return status === 503 ? stage.links.filter(({ when }) => when === undefined) : stageLinks(context, stage, at);
}

/** The page of the code reserves a seat anew, and an account has its seat. */
function reservedUntil({ plan }: Run, { stage }: StageBinding): number | null {
  return plan.account !== undefined || isGate(stage) ? null : (plan.context.invitation?.reservedUntil ?? null);
}

/** Browsers compare the redirect that answers a form with its page's policy. Other pages name no site of a ticket. */
function policyOf({ plan }: Run, own: PageSources | null): FormSources | null {
  const origin = plan.context.ticket?.leads_to ?? null;
  return origin === null ? own : { ...own, formAction: [origin] };
}

/** "Set your password for Acme": the first page says what the ticket is for, where the flow has no title of its own. */
function titledTicket({ plan, ask }: Run, title: Message | null): TicketInPlan | undefined {
  const isOwn = title !== null || !ask.flow.title.id.startsWith('ticket.');
  return isOwn ? undefined : plan.context.ticket;
}

/** The title of a page that is about one thing or another; a setting of the stage wins. */
function titleIn({ title }: JsonObject): Message | null {
  return isTitle(title) ? title : null;
}

function isTitle(value: unknown): value is Message {
  return isMessage(value);
}

/** True where no page of the flow was shown before. */
function isFirstPage({ plan, ask }: Run, step: string): boolean {
  for (const { key, state } of plan.steps) {
    if (key === step) return true;
    if (state !== 'skipped' && bindingOf(ask.flow, key)?.stage.asking === true) return false;
  }
  return true;
}

/** The page of the code says nothing about who invited, not even to a person who had an accepted one. */
function inviterFor({ plan }: Run, { stage }: StageBinding): string | null {
  const { invitation, inviter_name: name = null } = plan.context;
  return invitation === undefined || isGate(stage) ? null : name;
}

function isProvedElsewhere(context: Context): boolean {
  const { connect_to, pending_user, pending_user_identifier } = context;
  const provable = pending_user !== undefined || pending_user_identifier !== undefined;
  return connect_to !== undefined && !provable && context.signed_in_recently !== true;
}

/**
 * Shows the page again, with its errors. When a silent stage asks, the plan returns to the last stage that asked for
 * one of the fields. When that is the stage just answered, nothing needs storing.
 */
export function askAgain(run: Run, binding: StageBinding, errors: FieldErrors, details: PageDetails): Awaitable<Run> {
  // Too many attempts are always reported: starting again would hide it.
  const restarted = details.status === 429 ? null : restart(run, binding);
  if (restarted !== null) return restarted;
  const { flow, submission, injectedContext } = run.ask;
  // The return to an earlier stage must be stored, and a GET stores nothing.
  if (submission === null && injectedContext === null) return { ...run, reply: continueReply(run, binding) };
  const key = binding.stage.asking ? binding.key : askerOf(run.plan, flow, Object.keys(errors));
  const asker = flow.bindings.find((one) => one.key === key) ?? (key === null ? undefined : flow.insertable.get(key));
  if (key === null || asker === undefined || !asker.stage.asking) {
    return refuse(run, binding, Object.values(errors).flat(), details.reference ?? null);
  }
  // The page itself shows what has to be answered again.
  if (submission === null)
    return { ...run, plan: rewindTo(run.plan, flow, key), reply: redirectTo(flowTarget(flow.slug)) };
  const justAnswered = submission.step === key;
  const { stage } = asker;
  const plan = binding.stage.asking ? run.plan : rewindTo(run.plan, flow, key);
  const changed = !justAnswered && !binding.stage.asking;
  const shown: Run = { ...run, plan, changed, revision: changed ? run.revision + 1 : run.revision };
  const typed = justAnswered ? typedOf(stage, submission) : {};
  const page = chain(sealSavedPassword(run, key, { stage, errors }), (savedPassword) =>
    stageReply(shown, asker, stage, { errors, typed, savedPassword, ...details }),
  );
  return chain(page, (reply): Run => ({ ...shown, revision: run.revision, reply }));
}

/** Ends the plan. Where a GET would have to end it, a page with a button is shown instead. */
export function refuse(
  run: Run,
  binding: StageBinding,
  messages: readonly Message[],
  reference: string | null,
  ticket: RefusedTicket | null = null,
): Run {
  const { submission, injectedContext, flow } = run.ask;
  if (submission === null && injectedContext === null && run.revision > 0)
    return { ...run, reply: continueReply(run, binding) };
  const reply = refusal(403, messages, { flow, reference, ticket });
  return { ...run, answered: run.answered || isAnswered(run, binding), changed: false, reply };
}

export function isAnswered(run: Run, binding: StageBinding): boolean {
  return run.ask.submission?.step === binding.key;
}

/**
 * `invalidResponseAction`: starts again, at most five times; `null` when the binding wants a retry or the attempts are
 * used up.
 */
export function restart(run: Run, binding: StageBinding): Run | null {
  if (binding.invalidResponseAction === 'retry' || !run.ask.facts.act) return null;
  // The account is written: the steps before it must not run again.
  if (run.plan.account !== undefined) return null;
  const plan = restartPlan(run.plan, run.ask.flow, binding.invalidResponseAction === 'restart_with_context');
  if (plan === null) return null;
  return {
    ...run,
    plan,
    changed: true,
    reply: redirectTo(flowTarget(run.ask.flow.slug), { notice: message('notice.restarted') }),
  };
}

/** A submission for another step than the current one does nothing. */
export function movedOn<R extends Run>(run: R): R {
  return {
    ...run,
    changed: false,
    reply: redirectTo(flowTarget(run.ask.flow.slug), { notice: message('notice.moved_on') }),
  };
}
