import type { Inviters, InviterRules } from '../ports/inviters.js';
import type { UserStore } from '../ports/user-store.js';

/** The app's rules over its user store. Who is gone or not active invites nobody any more, whatever the rules say. */
export function invitersOf<User>(users: UserStore<User>, { may, quota }: InviterRules<User>): Inviters {
  return Object.freeze<Inviters>({
    async may(id, gift) {
      const user = await users.byId(id);
      if (user === null || !users.facts(user).active) return false;
      // Nothing but an explicit yes: an app in JavaScript may answer with anything.
      const answer: unknown = may === undefined ? true : await may(user, gift);
      return answer === true;
    },
    async quota(id) {
      if (typeof quota !== 'function') return quota ?? null;
      const user = await users.byId(id);
      return user === null ? { count: 0, days: 1 } : quota(user);
    },
  });
}
