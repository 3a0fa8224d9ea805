import { getPath, isJsonList, isSameJson, type Json } from '../base/json.js';
import { randomReference } from '../base/ids.js';
import { message } from '../base/message.js';
import { isSecret } from '../base/secret.js';
import type { Patch } from '../flow/context.js';
import type { Answers, Blanks } from '../flow/policy.js';
import type { AskingStage, StageOutcome } from '../flow/stage.js';
import { filesOf } from './form-files.js';
import { withoutAnswers, type PlanChanges } from './plan-changes.js';
import { inputOf, isFile, listsOf } from './posted-fields.js';
import { stageContextOf, type StageRun } from './run.js';

type Read = Awaited<ReturnType<AskingStage['read']>>;
type RefusedValue = Extract<Read, { readonly ok: false }> & { readonly reference: string };

/** What the policies leave of the answers of a form. */
interface ChangedAnswers {
  /** By key: each is of the kind that its field has. */
  readonly values: ReadonlyMap<string, Json>;
  /** Keys whose value is of a kind that the field cannot have. */
  readonly unfit: readonly string[];
}

/**
 * The answers of a form, as its validation policies have changed them, also those that were left blank. A text or number
 * is read as a typed one is, so that it has the kind of the field and its canonical form, or its mistake is shown. The form
 * is refused where the field turns out to have another kind. Passwords and codes stay as they were typed.
 */
export async function asChanged(
  run: StageRun,
  stage: AskingStage,
  { answers, changes }: { readonly answers: Answers; readonly changes: PlanChanges },
): Promise<Read | RefusedValue> {
  const { values: changed } = changedIn(stage, changes.patch, answers);
  const { submission } = run.ask;
  if (changed.size === 0 || submission === null) return { ok: true, value: withoutRemoved(answers, changes) };
  const asked = [...changed].filter(([key]) => stage.fields.includes(key));
  const texts = asked.flatMap(([key, value]): readonly (readonly [string, string])[] =>
    isTextual(value) ? [[key, String(value)]] : [],
  );
  const lists = asked.filter(([, value]) => isJsonList(value));
  const read = await stage.read(
    { ...inputOf(stage, submission), ...Object.fromEntries(texts) },
    stageContextOf(run, run.binding.key),
    { ...listsOf(stage, submission), ...Object.fromEntries(lists.map(([key, value]) => [key, textsIn(value)])) },
    filesOf(stage, submission),
  );
  if (!read.ok) return read;
  const isRead = new Set([...texts, ...lists].map(([key]) => key));
  const others = [...changed].filter(([key]) => !isRead.has(key));
  // Only reading tells the kind of a field that was left blank.
  const misread = texts
    .map(([key]) => key)
    .filter((key) => answers[key] === undefined && read.value[key] !== undefined && !isTextual(read.value[key]));
  if (misread.length > 0) return refusedFor(run, misread);
  return { ok: true, value: withoutRemoved({ ...read.value, ...Object.fromEntries(others) }, changes) };
}

/**
 * The answers of a form whose value the policies have left in a kind that the field cannot have: the form is refused then
 * and there, because neither the account nor the next policy may get what was typed in its place.
 */
export function unfitIn(stage: AskingStage, changes: PlanChanges, answers: Answers): readonly string[] {
  return changedIn(stage, changes.patch, answers).unfit;
}

export function refusedFor(run: StageRun, keys: readonly string[]): RefusedValue {
  const reference = randomReference();
  run.context.log.error({ flow: run.ask.flow.slug, step: run.binding.key, keys, reference }, unfitText);
  return { ok: false, errors: { '': [message('policy.failed')] }, reference };
}

const unfitText =
  'a policy left a value in prompt_data of a kind that the field cannot have, or one in place of a file: the form is refused';

/** The answers of a form as the next of its validation policies sees them. */
export function answersWith(stage: AskingStage, changes: PlanChanges, answers: Answers): Answers {
  const { values } = changedIn(stage, changes.patch, answers);
  return withoutRemoved({ ...answers, ...Object.fromEntries(values) }, changes);
}

/** The fields that were left blank, and that no policy has filled or taken away. */
export function blanksIn(stage: AskingStage, changes: PlanChanges, answers: Answers): Blanks {
  const filled = answersWith(stage, changes, answers);
  const isBlank = (key: string): boolean => filled[key] === undefined && answers[key] === undefined;
  const left = stage.fields.filter((key) => isBlank(key) && !isFile(stage.fileFields, key) && !isTaken(changes, key));
  return Object.fromEntries(left.map((key) => [key, stage.textFields.includes(key) ? '' : null]));
}

/** Passwords stay. */
function withoutRemoved(answers: Answers, changes: PlanChanges): Answers {
  return Object.fromEntries(
    Object.entries(answers).filter(([key, answer]) => isSecret(answer) || !isTaken(changes, key)),
  );
}

/** True for what a policy has taken away, or has set to `null`. */
function isTaken(changes: PlanChanges, key: string): boolean {
  const set = getPath(changes.patch.prompt_data ?? {}, key);
  return set === undefined ? isRemoved(changes, key) : set === null;
}

function isRemoved({ removes }: PlanChanges, key: string): boolean {
  return removes.some((path) => key === path || key.startsWith(`${path}.`));
}

/** The outcome of a form without the blanks that stand for what a policy has taken away: it is not written at all. */
export function withoutTaken(stage: AskingStage, changes: PlanChanges, outcome: StageOutcome): StageOutcome {
  if (outcome.type !== 'completed' || changes.removes.length === 0) return outcome;
  const { prompt_data: data = {} } = outcome.patch ?? {};
  const isLeft = (key: string): boolean => getPath(changes.patch.prompt_data ?? {}, key) === undefined;
  const taken = [...stage.fields, ...stage.serverFields].filter(
    (key) => isRemoved(changes, key) && isLeft(key) && getPath(data, key) === null,
  );
  return { ...outcome, patch: withoutAnswers(outcome.patch ?? {}, taken) };
}

function changedIn(stage: AskingStage, { prompt_data: changed }: Patch, answers: Answers): ChangedAnswers {
  const values = new Map<string, Json>();
  const unfit: string[] = [];
  if (changed === undefined) return { values, unfit };
  for (const key of new Set([...Object.keys(answers), ...stage.fields])) {
    const value = getPath(changed, key) ?? null;
    const answer = answers[key];
    if (value === null || isSecret(answer) || isSameJson(value, answer)) continue;
    if (answer === undefined && stage.secretFields.includes(key)) continue;
    // A file is in the app's store, and only its form brings it there.
    const fits =
      !isFile(stage.fileFields, key) && (answer === undefined ? canFill(stage, key, value) : isOfKind(value, answer));
    // As in Python, where `True` is 1.
    const isFlag = typeof answer === 'boolean' && (value === 0 || value === 1);
    if (fits || isFlag) values.set(key, isFlag ? value === 1 : value);
    else unfit.push(key);
  }
  return { values, unfit };
}

function isOfKind(value: Json, answer: Json): boolean {
  if (isTextual(value)) return isTextual(answer);
  return typeof value === typeof answer && isJsonList(value) === isJsonList(answer);
}

function canFill({ listFields }: AskingStage, key: string, value: Json): boolean {
  return listFields.includes(key) ? isJsonList(value) : isTextual(value);
}

function isTextual(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function textsIn(value: Json): readonly string[] {
  return isJsonList(value) ? value.map(String) : [];
}
