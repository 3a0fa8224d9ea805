import { message, minutesOf } from '../base/message.js';
import { kitPolicy, type Policy } from '../flow/policy.js';

interface Limit {
  readonly points: number;
  readonly windowSeconds: number;
}

/** Passes until the client has made as many requests of the waitlist as the limit allows. */
export function rarely(perClient: Limit): Policy {
  return kitPolicy('rarely', [perClient], {
    name: 'rarely',
    async check({ facts, services }) {
      const answer = (await services.waitlist?.count(facts.address, perClient)) ?? { over: false };
      if (!answer.over) return true;
      const { retryAfterSeconds } = answer;
      const minutes = minutesOf(retryAfterSeconds);
      return { pass: false, messages: [message('policy.rarely', { minutes })], retryAfterSeconds };
    },
  });
}
