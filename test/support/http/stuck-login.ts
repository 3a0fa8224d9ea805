import { memoryUsers, sessionLogin, type Login, type MemoryUser } from '../../../lib/index.js';
import type { TestAppOptions } from './test-app.js';

/** What the login's error says; no visitor may see it. */
export const stuckText = 'the session store is stuck';

/** The options of an app whose login cannot sign in until it is repaired. */
export function stuckLogin(): {
  readonly options: Pick<TestAppOptions, 'login' | 'users' | 'redemptions'>;
  repair(): void;
} {
  const { users, redemptions } = memoryUsers();
  const working = sessionLogin()(users);
  let stuck = true;
  const login: Login<MemoryUser> = {
    ...working,
    signIn: (...how) => (stuck ? Promise.reject(new Error(stuckText)) : working.signIn(...how)),
  };
  return {
    options: { login, users, redemptions },
    repair() {
      stuck = false;
    },
  };
}
