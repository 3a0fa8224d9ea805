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

/** One descriptor for all requests: with its own closures, each request would also get its own hidden class. */
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
 * Defers creating a session until `req.session` is read. A visitor without a session cookie needs no session to read a
 * page, and creating one costs more than rendering the page. `wake` must set `req.session` before it returns.
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

/**
 * True when the session was created for this request: its id has never left the server, so session fixation is
 * impossible and the id needs no rotation.
 */
export function isNewSession(req: Request): boolean {
  return woken in req || isUnusedSession(req);
}
