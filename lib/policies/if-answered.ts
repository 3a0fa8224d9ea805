import { getPath } from '../base/json.js';
import { kitPolicy, type Policy } from '../flow/policy.js';

/** Passes where the prompt with this key has an answer in the plan; an unchecked box is none. */
export function ifAnswered(key: string): Policy {
  return kitPolicy('ifAnswered', [key], {
    name: 'if-answered',
    check({ context }) {
      const answer = getPath(context.prompt_data ?? {}, key) ?? null;
      return answer !== null && answer !== '' && answer !== false;
    },
  });
}
