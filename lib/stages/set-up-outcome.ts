import { message, type FieldErrors, type Message } from '../base/message.js';
import type { StageOutcome } from '../flow/outcome.js';
import type { SecondFactorSetUp } from '../ports/second-factors.js';

/** What a stage that sets up an authenticator answers. `wrong`: its errors where the proof was not right. */
export function setUpOutcome(
  answer: SecondFactorSetUp,
  userId: string,
  { notice, wrong }: { readonly notice: Message; wrong(said: Message): FieldErrors },
): StageOutcome<'second_factor'> {
  switch (answer.type) {
    case 'right':
      return {
        type: 'completed',
        patch: { second_factor: userId },
        evidence: { type: 'stage_verified', user: userId },
        notice,
      };
    case 'wrong':
      return { type: 'invalid', errors: wrong(answer.message) };
    case 'ended':
      return { type: 'denied', message: message('notice.expired') };
    case 'throttled':
      return { type: 'invalid', errors: { '': [answer.message] }, retryAfterSeconds: answer.retryAfterSeconds };
  }
}
