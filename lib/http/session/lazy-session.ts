import type { Request } from 'express';

const woken = Symbol.for('express-enrollment.session-woken');
const wakes = Symbol.for('express-enrollment.session-wakes');
const owner = Symbol.for('express-enrollment.session-owner');

interface Sleeping {
  [woken]?: boolean;
  [wakes]?: () => void;
  /** The request itself; middleware may work on an object derived from it (`Object.create(req)`). */
  [owner]?: Sleeping;
  session?: unknown;
}

/** One descriptor for all requests: with closures of its own, each request would get a hidden class of its own too. */
const asleep: PropertyDescriptor & ThisType<Sleeping> = Object.freeze({
  configurable: true,
  enumerable: true,
  get(this: Sleeping): unknown {
    const request = this[owner] ?? this;
    Object.defineProperty(request, 'session', plain);
    request[woken] = true;
    request[wakes]?.();
    return request.session;
  },
  set(this: Sleeping, value: unknown) {
    const request = this[owner] ?? this;
    Object.defineProperty(request, 'session', plain);
    request.session = value;
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
  const sleeping: Request & Pick<Sleeping, typeof wakes | typeof owner> = req;
  sleeping[wakes] = wake;
  sleeping[owner] = sleeping;
  Object.defineProperty(req, 'session', asleep);
}

/** True while no code has read the session: no user is signed in. */
export function isUnusedSession(req: Request): boolean {
  const lazy: Request & Pick<Sleeping, typeof owner> = req;
  return Object.getOwnPropertyDescriptor(lazy[owner] ?? {}, 'session')?.get !== undefined;
}

/** True when the session was made for this very request: its id was never out of the server, so there is nothing to fix or to rotate. */
export function isNewSession(req: Request): boolean {
  return woken in req || isUnusedSession(req);
}
