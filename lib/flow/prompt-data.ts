import { mergeDeep, setPath, type Json, type JsonObject } from '../base/json.js';
import type { PolicyQuestion } from './policy.js';

type Answers = PolicyQuestion['answers'];

/**
 * The variable `prompt_data` of expressions: accepted answers of earlier steps, and over them those of this form, by the
 * first part of their keys. Each is read when it is asked for, so that an expression which does not look at a password
 * does not count as one that does.
 */
export function promptDataOf(
  { answers, context }: Pick<PolicyQuestion, 'answers' | 'context'>,
  plain: (answer: Answers[string], key: string) => Json,
): readonly (readonly [key: string, read: () => Json | undefined])[] {
  const earlier = context.prompt_data ?? {};
  const keys = new Map<string, string[]>();
  for (const key of Object.keys(earlier)) keys.set(key, []);
  for (const key of Object.keys(answers)) {
    const [first = ''] = key.split('.');
    keys.set(first, [...(keys.get(first) ?? []), key]);
  }
  return [...keys].map(([first, answered]) => [
    first,
    () => {
      const under: JsonObject = Object.hasOwn(earlier, first) ? { [first]: earlier[first] } : {};
      return answered.reduce<JsonObject>(
        (merged, key) => mergeDeep(merged, setPath(key, plain(answers[key], key))),
        under,
      )[first];
    },
  ]);
}
