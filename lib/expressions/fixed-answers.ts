import { getPath, isForbiddenKey, isJsonObject, isSameJson, type JsonObject } from '../base/json.js';
import type { AnswerChanges } from './answer-changes.js';
import type { Asked } from './asked.js';

/** Of the answers themselves, whatever an invitation's data calls so. */
const ownFields = new Set(['username', 'email', 'name', 'password']);

/** What the invitation sets: it is written over the answers, and over what an expression makes of them. */
export function fixedAnswers({ question: { context } }: Asked): JsonObject {
  return Object.fromEntries(
    Object.entries(context.invitation?.data ?? {}).filter(([key]) => !isForbiddenKey(key) && !ownFields.has(key)),
  );
}

/** In authentik the expression's value would be written. */
export function noteFixedAnswers(asked: Asked, { changed, removed }: AnswerChanges): void {
  const gone = new Set(removed);
  const isGone = (key: string): boolean =>
    key.split('.').some((_, at, parts) => gone.has(parts.slice(0, at + 1).join('.')));
  const keys = valuesIn(fixedAnswers(asked)).flatMap(([key, value]) => {
    const set = getPath(changed, key);
    return (set === undefined ? isGone(key) : !isSameJson(set, value)) ? [key] : [];
  });
  if (keys.length > 0)
    asked.question.services.log.warn(
      { policy: asked.policy, keys },
      "an expression changed what the invitation sets in prompt_data: a new account gets the invitation's value",
    );
}

function valuesIn(record: JsonObject, path = ''): readonly (readonly [key: string, value: JsonObject[string]])[] {
  return Object.entries(record).flatMap(([name, value]) => {
    const key = path === '' ? name : `${path}.${name}`;
    return isJsonObject(value) ? valuesIn(value, key) : [[key, value] as const];
  });
}
