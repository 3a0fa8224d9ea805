import { EnrollmentError } from '../base/error.js';
import type { Login } from '../ports/login.js';
import type { UserStore } from '../ports/user-store.js';

/** Replaces the user store of an enrollment without `users`. Callers get an error that names the missing option. */
export function absentUsers<User>(): UserStore<User> {
  return Object.freeze<UserStore<User>>({
    toProfile: () => refuse('users'),
    create: async () => refuse('users'),
    findById: async () => refuse('users'),
    findByLogin: async () => refuse('users'),
  });
}

/** The same for an enrollment without `login`. */
export function absentLogin<User>(): Login<User> {
  return Object.freeze<Login<User>>({
    current: async () => refuse('login'),
    signIn: async () => refuse('login'),
    signOut: async () => refuse('login'),
  });
}

function refuse(option: 'users' | 'login'): never {
  throw new EnrollmentError(
    option === 'users' ? 'ERR_ENROLLMENT_NO_USERS' : 'ERR_ENROLLMENT_NO_LOGIN',
    `this needs the option "${option}" of createEnrollment, which was left out`,
  );
}
