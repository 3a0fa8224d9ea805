import { getPath, isJsonList, isSameJson, type Json } from '../base/json.js';
import { isSecret } from '../base/secret.js';
import type { Patch } from '../flow/context.js';
import type { Answers } from '../flow/policy.js';
import type { AskingStage } from '../flow/stage.js';
import { filesOf } from './form-files.js';
import type { PlanChanges } from './plan-changes.js';
import { inputOf, listsOf } from './posted-fields.js';
import { stageContextOf, type StageRun } from './run.js';

type Read = Awaited<ReturnType<AskingStage['read']>>;

/**
 * The answers of a form, as its validation policies have changed them. Only by a value of the same kind: a stage reads a
 * text where it asked for one. A changed text is read as a typed one is, so that it has its canonical form, or its
 * mistake is shown. Passwords and codes stay as they were typed.
 */
export async function asChanged(
  run: StageRun,
  stage: AskingStage,
  { answers, changes }: { readonly answers: Answers; readonly changes: PlanChanges },
): Promise<Read> {
  const changed = changedIn(changes.patch, answers);
  const { submission } = run.ask;
  if (changed.size === 0 || submission === null) return { ok: true, value: withoutRemoved(answers, changes) };
  const asked = [...changed].filter(([key]) => stage.fields.includes(key));
  const texts = asked.flatMap(([key, value]): readonly (readonly [string, string])[] =>
    typeof value === 'string' || typeof value === 'number' ? [[key, String(value)]] : [],
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
  return { ok: true, value: withoutRemoved({ ...read.value, ...Object.fromEntries(others) }, changes) };
}

/** The answers of a form as the next of its validation policies sees them. */
export function answersWith(changes: PlanChanges, answers: Answers): Answers {
  return withoutRemoved({ ...answers, ...Object.fromEntries(changedIn(changes.patch, answers)) }, changes);
}

/** Passwords stay. */
function withoutRemoved(answers: Answers, { removes }: PlanChanges): Answers {
  const isRemoved = (key: string): boolean => removes.some((path) => key === path || key.startsWith(`${path}.`));
  return Object.fromEntries(Object.entries(answers).filter(([key, answer]) => isSecret(answer) || !isRemoved(key)));
}

function changedIn({ prompt_data: changed }: Patch, answers: Answers): ReadonlyMap<string, Json> {
  if (changed === undefined) return new Map();
  return new Map(
    Object.entries(answers).flatMap(([key, answer]): readonly (readonly [string, Json])[] => {
      const value = getPath(changed, key);
      if (value === undefined || answer === undefined || isSecret(answer) || isSameJson(value, answer)) return [];
      return typeof value === typeof answer && isJsonList(value) === isJsonList(answer) ? [[key, value]] : [];
    }),
  );
}

function textsIn(value: Json): readonly string[] {
  return isJsonList(value) ? value.map(String) : [];
}
