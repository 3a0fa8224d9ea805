import type { Request, RequestHandler } from 'express';
import { chain, isPromise, type Awaitable } from '../../base/awaitable.js';
import type { LoginSessions } from '../../ports/login.js';
import type { UserStore } from '../../ports/user-store.js';
import { isOwnSession, isUnusedSession } from '../session/session.js';
import { checkUserOf } from './checked-user.js';
import type { ClientBindings } from './client-binding.js';
import { hasPassportEntry, hidePassportEntry } from './hidden-passport-entry.js';
import { sessionOf } from './open-session.js';
import { isOfPassword, stampOf } from './session-stamp.js';

interface SessionCheckParts<User> {
  readonly bindings: ClientBindings;
  readonly users: Pick<UserStore<User>, 'toProfile'>;
  warnOnce(code: string, text: string): void;
}

interface SessionCheck<User> {
  /**
   * Has Passport treat a session as signed out that no longer counts: from elsewhere than its client may be, or of a
   * time before the password was changed. No store is asked; a promise where the client's address must be looked up.
   */
  apply(req: Request): Awaitable<void>;
  /** The same behind the app's own session middleware. */
  middleware(): RequestHandler;
  /** Warns where Passport's users sign in without the check. */
  watch(sessions: LoginSessions<User>): LoginSessions<User>;
}

/** Shared by all copies of the package in a process. */
const checkedKey = Symbol.for('express-enrollment.session-checked');

export function createSessionCheck<User>({ bindings, users, warnOnce }: SessionCheckParts<User>): SessionCheck<User> {
  function apply(req: Request): Awaitable<void> {
    const stamp = hasPassportEntry(req.session) ? stampOf(req) : null;
    if (stamp === null) return;
    return chain(bindings.holds(req, stamp), (holds) => {
      if (!holds) {
        hidePassportEntry(req.session);
        Reflect.set(req, 'user', undefined);
      }
      checkUserOf(req, (user) => isOfSession(req, user));
    });
  }

  function isOfSession(req: Request, user: object): boolean {
    const stamp = stampOf(req);
    const profile = profileOf(user);
    if (stamp === null || profile === null || profile.id !== stamp.user) return true;
    return isOfPassword(stamp, profile.passwordChangedAt);
  }

  /** `null`: the app's Passport has users of another kind than the user store. */
  function profileOf(user: object): ReturnType<UserStore<User>['toProfile']> | null {
    try {
      return users.toProfile(user as User);
    } catch {
      return null;
    }
  }

  return {
    apply,
    middleware: () => (req, _res, next) => {
      if (isOwnSession(req) || isUnusedSession(req) || sessionOf(req) === undefined) return next();
      Reflect.set(req, checkedKey, true);
      const applied = apply(req);
      if (!isPromise(applied)) return next();
      applied.then(() => {
        next();
      }, next);
    },
    watch: (sessions) => ({
      ...sessions,
      begin(req, user, details, save) {
        const isChecked = isOwnSession(req) || checkedKey in req;
        if (!isChecked && hasPassportEntry(req.session))
          warnOnce(
            'WARN_SESSION_UNCHECKED',
            'Passport reads sessions that do not count any more, such as those of a time before a password was changed: put app.use(enrollment.checkSession()) between your session middleware and passport.session()',
          );
        return sessions.begin(req, user, details, save);
      },
    }),
  };
}
