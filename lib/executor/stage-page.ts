import { chain, type Awaitable } from '../base/awaitable.js';
import { message } from '../base/message.js';
import type { Context } from '../flow/context.js';
import type { StageBinding } from '../flow/flow.js';
import type { AskingStage } from '../flow/stage.js';
import type { StageReply } from './reply.js';
import { stageContextOf, type Run } from './run.js';

/** The page of an asking stage. */
export function stagePage(
  run: Run,
  binding: StageBinding,
  stage: AskingStage,
  details: Pick<StageReply, 'status'> & Partial<StageReply>,
): Awaitable<StageReply> {
  return chain(stage.challenge(stageContextOf(run, binding.key)), (challenge): StageReply => ({
    type: 'stage',
    step: binding.key,
    revision: run.revision,
    stage: stage.name,
    title: stage.title,
    component: stage.component,
    offersSources: stage.offersSources,
    contentSecurityPolicy: stage.contentSecurityPolicy,
    view: stage.view,
    challenge,
    errors: {},
    typed: {},
    messages: run.messages,
    reference: null,
    retryAfterSeconds: null,
    submit: stage.submit,
    links: stage.links,
    ...recognizedIn(run.plan.context),
    cancellable: run.plan.account === undefined,
    token: null,
    ...details,
  }));
}

/**
 * Replaces a silent stage that must not act, or rewind the plan, on the GET that arrived at it: the user presses a
 * button.
 */
export function continuePage(run: Run, binding: StageBinding): StageReply {
  const words = binding.stage.asking ? null : binding.stage.words(stageContextOf(run, binding.key));
  return {
    type: 'stage',
    status: 200,
    step: binding.key,
    revision: run.revision,
    stage: binding.stage.name,
    title: words?.title ?? message('continue.title'),
    component: 'ak-stage-autosubmit',
    offersSources: null,
    contentSecurityPolicy: null,
    view: 'pages/continue',
    challenge: {},
    errors: {},
    typed: {},
    messages: words === null ? run.messages : [...run.messages, words.text],
    reference: null,
    retryAfterSeconds: null,
    submit: words?.submit ?? null,
    links: [],
    ...recognizedIn(run.plan.context),
    cancellable: run.plan.account === undefined,
    token: null,
  };
}

function recognizedIn(context: Context): Pick<StageReply, 'identity' | 'accountWaits' | 'provedElsewhere'> {
  const { identity, account_to_claim, connect_to, pending_user, pending_user_identifier } = context;
  const provable = pending_user !== undefined || pending_user_identifier !== undefined;
  return {
    identity: identity ?? null,
    accountWaits: typeof account_to_claim === 'string',
    provedElsewhere: connect_to !== undefined && !provable && context.signed_in_recently !== true,
  };
}
