import { chain, type Awaitable } from '../base/awaitable.js';
import type { JsonObject } from '../base/json.js';
import { message, type Message } from '../base/message.js';
import type { FormSources, PageSources } from '../flow/content-security-policy.js';
import type { Context } from '../flow/context.js';
import type { StageContext } from '../flow/facts.js';
import type { StageBinding } from '../flow/flow.js';
import { bindingOf } from '../flow/machine/advance.js';
import { isMessage } from '../flow/machine/stored-values.js';
import type { TicketInPlan } from '../ports/ticket-gate.js';
import { isGate, type AskingStage } from '../flow/stage.js';
import { storedUntil } from './plan-lifetime.js';
import { stageContextOf, type Run } from './run.js';
import { stageLinks } from './stage-links.js';
import type { StageReply } from './reply.js';
import { titleOfTicket } from '../flow/ticket-title.js';

/** What a page says beside its challenge; left out: nothing. */
export type PageDetails = Pick<StageReply, 'status'> &
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
