import { EnrollmentError } from '../base/error.js';
import type { Profiles } from '../ports/profiles.js';
import type { UserStore } from '../ports/user-store.js';
import { loginNameOf } from './login-name.js';

/** Profiles from the app's user store. */
export function createProfiles<User>(users: UserStore<User>): Profiles {
  return Object.freeze<Profiles>({
    async find(userId) {
      const user = await users.findById(userId);
      return user === null ? null : users.toProfile(user);
    },
    async findByTyped(typed, fields) {
      const name = loginNameOf(typed, fields);
      const user = name === null ? null : await users.findByLogin(name.field, name.canonical);
      return user === null ? null : users.toProfile(user);
    },
    async passwordHashes(userId, former) {
      if (users.passwordHash === undefined) throw lacking('passwordHash');
      if (former > 0 && users.passwordHistory === undefined) throw lacking('passwordHistory');
      const user = await users.findById(userId);
      if (user === null) return [];
      const hash = await users.passwordHash(user);
      const earlier = former > 0 ? ((await users.passwordHistory?.(user, former)) ?? []) : [];
      return [...(hash === null ? [] : [hash]), ...earlier.slice(0, former)];
    },
  });
}

function lacking(name: string): EnrollmentError {
  return new EnrollmentError(
    'ERR_ENROLLMENT_USER_STORE',
    `comparing with used passwords needs a user store with ${name}`,
  );
}
