import type { Request } from 'express';

/** Shared by all copies of the package in a process: the middleware of one may run before that of another. */
const key = Symbol.for('express-enrollment.session');

interface SessionState {
  /** The request itself; middleware may work on an object derived from it (`Object.create(req)`). */
  readonly owner: Request;
  /** Creates the session; `null`: it was loaded at once. */
  readonly wake: (() => void) | null;
  unused: boolean;
  woken: boolean;
}

/** One property with all of the state: each property that a request gets is a cost that Node repeats for every request. */
interface Marked {
  [key]?: SessionState;
}

const unused: PropertyDescriptor & ThisType<Request & Marked> = Object.freeze({
  configurable: true,
  enumerable: true,
  get(this: Request & Marked): unknown {
    const state = this[key];
    if (state === undefined) return undefined;
    settle(state);
    state.woken = true;
    state.wake?.();
    return state.owner.session;
  },
  set(this: Request & Marked, value: unknown) {
    const state = this[key];
    if (state === undefined) return;
    settle(state);
    Object.assign(state.owner, { session: value });
  },
});

function settle(state: SessionState): void {
  state.unused = false;
  Object.defineProperty(state.owner, 'session', plain);
}

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
  const marked: Request & Marked = req;
  marked[key] = { owner: req, wake, unused: true, woken: false };
  Object.defineProperty(req, 'session', unused);
}

/** Marks a request whose session is loaded at once. */
export function promptSession(req: Request): void {
  const marked: Request & Marked = req;
  marked[key] = { owner: req, wake: null, unused: false, woken: false };
}

/** True when the session middleware has run for this request. */
export function hasSession(req: Request): boolean {
  return key in req;
}

/** True while no code has read the session: no user is signed in. */
export function isUnusedSession(req: Request): boolean {
  const marked: Request & Marked = req;
  const state = marked[key];
  if (state?.unused !== true) return false;
  // Other middleware may have defined the property anew.
  return Object.getOwnPropertyDescriptor(state.owner, 'session')?.get !== undefined;
}

/**
 * True when the session was created for this request: its id has never left the server, so session fixation is
 * impossible and the id needs no rotation.
 */
export function isNewSession(req: Request): boolean {
  const marked: Request & Marked = req;
  return marked[key]?.woken === true || isUnusedSession(req);
}
