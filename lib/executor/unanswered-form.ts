import { isJsonObject, type JsonObject } from '../base/json.js';
import { message, type Message } from '../base/message.js';
import { savedPasswordField, savedPasswordLimit } from '../base/reserved-names.js';
import { bindingOf, startPlan } from '../flow/machine/advance.js';
import type { AskingStage } from '../flow/stage.js';
import type { StageReply } from './reply.js';
import { beginRun, formOf, type Ask, type ExecutorContext, type Submission } from './run.js';
import { firstLost, unprocessedOf } from './posted-fields.js';
import { stageReply } from './stage-page.js';

interface Outage {
  readonly messages: readonly Message[];
  readonly reference: string | null;
  readonly retryAfterSeconds: number | null;
}

/**
 * The page of a form that could not be processed because a store is away: with what was typed, the same signature and a
 * button that sends it again. The plan may be what is away, so the page has the fields that the form had and no others.
 * `null`: the form had none.
 */
export async function askUnanswered(context: ExecutorContext, ask: Ask, outage: Outage): Promise<StageReply | null> {
  const { flow, planId: id, enrollmentId, facts } = ask;
  const submission = formOf(ask);
  const binding = submission === null ? null : bindingOf(flow, submission.step);
  if (submission === null || binding?.stage.asking !== true || binding.stage.fields.length === 0) return null;
  const { stage } = binding;
  const plan = startPlan(flow, { id, enrollmentId, origin: {}, now: facts.now, leftOut: new Set() });
  const typesPassword = stage.newPasswordFields.some((key) => (submission.field(key) ?? '') !== '');
  const page = await stageReply(beginRun(context, ask, plan, submission.revision), binding, stage, {
    status: 503,
    typed: unprocessedOf(stage, submission),
    submit: message('link.try_again'),
    // Passed on as it came: the form that is accepted proves it.
    savedPassword: typesPassword ? null : sentPassword(submission),
    ...outage,
  });
  const challenge = withPostedFields(page.challenge, stage, submission);
  const focus = firstLost(stage, submission, challenge);
  const text = message(focus === null ? 'problem.503.typed' : 'problem.503.typed_secret');
  return { ...page, challenge, focus, errors: { '': [text] } };
}

function sentPassword(submission: Submission): string | null {
  const sent = submission.field(savedPasswordField) ?? '';
  return sent === '' || sent.length > savedPasswordLimit ? null : sent;
}

function withPostedFields(challenge: JsonObject, stage: AskingStage, submission: Submission): JsonObject {
  const { fields } = challenge;
  if (!Array.isArray(fields)) return challenge;
  return { ...challenge, fields: fields.filter((field) => isJsonObject(field) && isPosted(field, stage, submission)) };
}

/** Browsers leave out what is not ticked or chosen. */
function isPosted(
  { field_key: key, type, choices, saved }: JsonObject,
  stage: AskingStage,
  submission: Submission,
): boolean {
  if (typeof key !== 'string' || !stage.fields.includes(key)) return false;
  if (
    saved === true ||
    type === 'checkbox' ||
    type === 'file' ||
    Array.isArray(choices) ||
    stage.listFields.includes(key)
  )
    return true;
  return submission.field(key) !== undefined;
}
