import type { Login } from '../../ports/login.js';

/** Shared by all copies of the package in a process. */
const signInKey = Symbol.for('express-enrollment.recorded-sign-in');

/** Marks a login that records its sessions by its `signIn`: a copy, or one with another `signIn`, is a login of the app. */
export function recordingLogin<User>(login: Login<User>): Login<User> {
  return Object.defineProperty(login, signInKey, { value: login.signIn });
}

/**
 * True where each sign-in records its session, in one step with the check whether the evidence has ended. What a login
 * of the app does is not known.
 */
export function recordsSessions<User>(login: Login<User>): boolean {
  return Reflect.get(login, signInKey) === login.signIn;
}
