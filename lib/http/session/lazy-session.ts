import type { Request } from 'express';

const woken = Symbol.for('express-enrollment.session-woken');
const wakes = Symbol.for('express-enrollment.session-wakes');

interface Sleeping {
  [woken]?: boolean;
  [wakes]?: () => void;
  session?: unknown;
}

/** One descriptor for all requests: with closures of its own, each request would get a hidden class of its own too. */
const asleep: PropertyDescriptor & ThisType<Sleeping> = Object.freeze({
  configurable: true,
  enumerable: true,
  get(this: Sleeping): unknown {
    Object.defineProperty(this, 'session', plain);
    this[woken] = true;
    this[wakes]?.();
    return this.session;
  },
  set(this: Sleeping, value: unknown) {
    Object.defineProperty(this, 'session', plain);
    this.session = value;
  },
});

const plain: PropertyDescriptor = Object.freeze({
  configurable: true,
  enumerable: true,
  writable: true,
  value: undefined,
});

/**
 * Puts off making a session until somebody looks at `req.session`. A visitor who brought no session cookie needs
 * none to read a page, and making one costs more than drawing it. `wake` must set `req.session` before it returns.
 */
export function lazySession(req: Request, wake: () => void): void {
  const sleeping: Request & Pick<Sleeping, typeof wakes> = req;
  sleeping[wakes] = wake;
  Object.defineProperty(req, 'session', asleep);
}

/** True while no code has read the session: no user is signed in. */
export function isUnusedSession(req: Request): boolean {
  return wakes in req && Object.getOwnPropertyDescriptor(req, 'session')?.get !== undefined;
}

/** True when the session was made for this very request: its id was never out of the server, so there is nothing to fix or to rotate. */
export function isNewSession(req: Request): boolean {
  return woken in req || isUnusedSession(req);
}
