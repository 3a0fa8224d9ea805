import type { Awaitable } from '../base/awaitable.js';
import type { Run } from '../python/run/machine.js';

/** Waits for an answer of the host within an expression. */
export function* awaited<T>(ask: () => Awaitable<T>): Run<T> {
  const answers: T[] = [];
  yield Promise.resolve(ask()).then((answer) => {
    answers.push(answer);
  });
  for (const answer of answers) return answer;
  throw new Error('the host did not answer');
}
