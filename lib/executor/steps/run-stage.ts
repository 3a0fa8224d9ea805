import { message } from '../../base/message.js';
import { flowTarget } from '../../base/target.js';
import type { Context } from '../../flow/context.js';
import type { Answers } from '../../flow/policy.js';
import type { AskingStage, Outcome } from '../../flow/stage.js';
import type { Parsed } from '../../base/message.js';
import type { StageBinding } from '../../flow/flow.js';
import { go, type StageReply } from '../reply.js';
import { stageContextOf, effectsOf, type Run, type Submission } from '../run.js';

/** What came of the stage at the cursor: an outcome, answers that policies have to see first, or a page. */
type Stepped =
  | { readonly is: 'outcome'; readonly outcome: Outcome }
  | { readonly is: 'answers'; readonly stage: AskingStage; readonly answers: Answers }
  | { readonly is: 'reply'; readonly run: Run };

export async function runStage(run: Run, binding: StageBinding): Promise<Stepped> {
  const at = stageContextOf(run, binding.key);
  const { stage } = binding;
  const { submission, facts } = run.ask;
  const answering = submission !== null && !run.answered && submission.step === binding.key;
  if (!stage.asking) {
    const pressed = facts.act && (!stage.requiresConfirmation || submission?.step === binding.key);
    if (stage.hasSideEffects && !pressed)
      return { is: 'reply', run: await pageOf(run, () => continuePage(run, binding)) };
    return { is: 'outcome', outcome: await stage.run(at) };
  }
  // Who was asked all the same, because a later stage asked again, is listened to.
  if (!answering && (await stage.satisfied(at))) return { is: 'outcome', outcome: { is: 'passed' } };
  if (answering) {
    const parsed: Parsed<Answers> = await stage.read(inputOf(stage, submission), at);
    return parsed.ok
      ? { is: 'answers', stage, answers: parsed.value }
      : { is: 'outcome', outcome: { is: 'again', errors: parsed.errors } };
  }
  if (submission !== null && !run.answered) return { is: 'reply', run: movedOn(run) };
  return { is: 'reply', run: await pageOf(run, () => stagePage(run, binding, stage, { status: 200 })) };
}

/** After progress the browser is sent to the page, so that a reload repeats nothing. */
async function pageOf(run: Run, draw: () => StageReply | Promise<StageReply>): Promise<Run> {
  const { submission, brought, flow } = run.ask;
  const progress = submission !== null || brought !== null;
  return { ...run, reply: progress ? go(flowTarget(flow.slug), effectsOf(run)) : await draw() };
}

/** A submission for another step than the one the visitor is at does nothing. */
export function movedOn(run: Run): Run {
  return { ...run, changed: false, reply: go(flowTarget(run.ask.flow.slug), { notice: message('notice.moved_on') }) };
}

/** The page of an asking stage. */
export async function stagePage(
  run: Run,
  binding: StageBinding,
  stage: AskingStage,
  details: Pick<StageReply, 'status'> & Partial<StageReply>,
): Promise<StageReply> {
  return {
    is: 'stage',
    flow: run.ask.flow,
    step: binding.key,
    revision: run.revision,
    stage: stage.name,
    title: stage.title,
    component: stage.component,
    view: stage.view,
    challenge: await stage.challenge(stageContextOf(run, binding.key)),
    errors: {},
    typed: {},
    messages: run.messages,
    reference: null,
    retryAfterSeconds: null,
    submit: stage.submit,
    links: stage.links,
    ...recognisedIn(run.plan.context),
    cancellable: run.plan.account === undefined,
    token: null,
    ...details,
  };
}

/** Stands in for a silent stage that must not act, or turn the plan back, on the GET that arrived at it: the person presses a button. */
export function continuePage(run: Run, binding: StageBinding): StageReply {
  const words = binding.stage.asking ? null : binding.stage.words(stageContextOf(run, binding.key));
  return {
    is: 'stage',
    status: 200,
    flow: run.ask.flow,
    step: binding.key,
    revision: run.revision,
    stage: binding.stage.name,
    title: words?.title ?? message('continue.title'),
    component: 'ak-stage-autosubmit',
    view: 'pages/continue',
    challenge: {},
    errors: {},
    typed: {},
    messages: words === null ? run.messages : [...run.messages, words.text],
    reference: null,
    retryAfterSeconds: null,
    submit: words?.submit ?? null,
    links: [],
    ...recognisedIn(run.plan.context),
    cancellable: run.plan.account === undefined,
    token: null,
  };
}

function recognisedIn(context: Context): Pick<StageReply, 'identity' | 'accountWaits' | 'provedElsewhere'> {
  const { identity, account_to_claim, connect_to, pending_user, pending_user_identifier } = context;
  const provable = pending_user !== undefined || pending_user_identifier !== undefined;
  return {
    identity: identity ?? null,
    accountWaits: typeof account_to_claim === 'string',
    provedElsewhere: connect_to !== undefined && !provable && context.signed_in_recently !== true,
  };
}

function inputOf(stage: AskingStage, submission: Submission): Readonly<Record<string, string>> {
  return Object.fromEntries(
    stage.fields.flatMap((key) => {
      const typed = submission.field(key);
      return typed === undefined ? [] : [[key, typed]];
    }),
  );
}

/** What was typed and may go back to the browser. */
export function typedOf(stage: AskingStage, submission: Submission | null): Readonly<Record<string, string>> {
  if (submission === null) return {};
  return Object.fromEntries(
    Object.entries(inputOf(stage, submission)).filter(([key]) => !stage.secretFields.includes(key)),
  );
}
