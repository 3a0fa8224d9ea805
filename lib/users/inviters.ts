import { type Awaitable, withTimeout } from '../base/awaitable.js';
import { storeAway } from '../base/error.js';
import type { Inviters, InviterRules } from '../ports/inviters.js';
import type { UserStore } from '../ports/user-store.js';

const timeoutMs = 2000;

/**
 * The app's rules over its user store. A removed or inactive account cannot invite, whatever the rules return. A rule
 * that does not answer within two seconds is 503.
 */
export function invitersOf<User>(users: UserStore<User>, { may, quota }: InviterRules<User>): Inviters {
  return Object.freeze<Inviters>({
    async may(id, gift) {
      const user = await users.findById(id);
      if (user === null || !users.toProfile(user).active) return false;
      // Only an explicit `true` counts: an app in JavaScript may return anything.
      const answer: unknown = may === undefined ? true : await inTime('may', () => may(user, gift));
      return answer === true;
    },
    async quota(id) {
      if (typeof quota !== 'function') return quota ?? null;
      const user = await users.findById(id);
      return user === null ? { count: 0, days: 1 } : inTime('quota', () => quota(user));
    },
  });
}

function inTime<Answer>(rule: string, ask: () => Awaitable<Answer>): Promise<Answer> {
  return withTimeout(timeoutMs, ask, () =>
    storeAway(`inviters.${rule}`, new Error(`no answer within ${String(timeoutMs)} ms`)),
  );
}
