import { EnrollmentError } from '../../base/error.js';
import type { LoginSessions } from '../../ports/login.js';

/** For a login that was created without the kit's record of sessions. */
export function unrecordedSessions<User>(): LoginSessions<User> {
  return Object.freeze<LoginSessions<User>>({
    begin: () => Promise.resolve(),
    isValid: () => true,
    forget: () => Promise.resolve(),
    endOthers() {
      return Promise.reject(
        new EnrollmentError(
          'ERR_ENROLLMENT_LOGIN',
          'the sessions of a user cannot be ended: a login around sessionLogin() or passportLogin() must be a function that passes on both of its arguments, as in (users, sessions) => sessionLogin()(users, sessions)',
        ),
      );
    },
    authenticatedAt: () => null,
    reauthenticated: () => undefined,
    useStore: () => undefined,
  });
}
