import { withoutDottedKeys } from '../base/dotted-keys.js';
import { getPath, mergeDeep, setPath, type Json, type JsonObject } from '../base/json.js';
import type { PolicyQuestion } from './policy.js';

type Answers = PolicyQuestion['answers'];

/**
 * The variable `prompt_data` of expressions: accepted answers of earlier steps, and over them those of this form, by the
 * first part of their keys. What this form left blank has no earlier answer. Each is read when it is asked for, so that
 * an expression which does not look at a password does not count as one that does.
 * `blankTexts`: true where a text that was left blank is `''`; else it is missing.
 */
export function promptDataOf(
  { answers, context, blanks = {} }: Pick<PolicyQuestion, 'answers' | 'context' | 'blanks'>,
  plain: (answer: Answers[string], key: string) => Json,
  { blankTexts = false }: { readonly blankTexts?: boolean } = {},
): readonly (readonly [key: string, read: () => Json | undefined])[] {
  const earlier = withoutDottedKeys(
    context.prompt_data ?? {},
    Object.keys(blanks).filter((key) => getPath(context.prompt_data ?? {}, key) !== undefined),
  );
  const texts = blankTexts ? Object.keys(blanks).filter((key) => blanks[key] === '') : [];
  const keys = new Map<string, string[]>();
  for (const key of Object.keys(earlier)) keys.set(key, []);
  for (const key of [...Object.keys(answers), ...texts]) {
    const [first = ''] = key.split('.');
    keys.set(first, [...(keys.get(first) ?? []), key]);
  }
  return [...keys].map(([first, answered]) => [
    first,
    () => {
      const under: JsonObject = Object.hasOwn(earlier, first) ? { [first]: earlier[first] } : {};
      return answered.reduce<JsonObject>(
        (merged, key) => mergeDeep(merged, setPath(key, texts.includes(key) ? '' : plain(answers[key], key))),
        under,
      )[first];
    },
  ]);
}
