import { getPath } from '../base/json.js';
import { isSecret } from '../base/secret.js';
import type { PolicyQuestion } from '../flow/policy.js';

/** The password that was typed into a field, in this form or, in front of an app's own route, in the body; '' if none. */
export function typedPassword(
  { answers, context }: Pick<PolicyQuestion, 'answers' | 'context'>,
  field: string,
): string {
  const answer = answers[field] ?? getPath(context.prompt_data ?? {}, field);
  const text = isSecret(answer) ? answer.reveal() : answer;
  return typeof text === 'string' ? text : '';
}
