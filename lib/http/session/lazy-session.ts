import type { Request } from 'express';

const woken = Symbol.for('express-enrollment.session-woken');

/**
 * Puts off making a session until somebody looks at `req.session`. A visitor who brought no session cookie needs
 * none to read a page, and making one costs more than drawing it. `wake` must set `req.session` before it returns.
 */
export function lazySession(req: Request, wake: () => void): void {
  Object.defineProperty(req, 'session', {
    configurable: true,
    enumerable: true,
    get() {
      awaken(req, wake);
      return req.session;
    },
    set(value: unknown) {
      Object.defineProperty(req, 'session', { configurable: true, enumerable: true, writable: true, value });
    },
  });
}

function awaken(req: Request, wake: () => void): void {
  Object.defineProperty(req, 'session', { configurable: true, enumerable: true, writable: true, value: undefined });
  Object.defineProperty(req, woken, { value: true });
  wake();
}

/** True while no code has read the session: no user is signed in. */
export function isUnusedSession(req: Request): boolean {
  return Object.getOwnPropertyDescriptor(req, 'session')?.get !== undefined;
}

/** True when the session was made for this very request: its id was never out of the server, so there is nothing to fix or to rotate. */
export function isNewSession(req: Request): boolean {
  return isUnusedSession(req) || woken in req;
}
