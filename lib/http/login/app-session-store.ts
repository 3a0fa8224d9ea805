import type { Request } from 'express';
import { EnrollmentError } from '../../base/error.js';
import { hasFunctions } from '../../base/setting-rules.js';
import { isOwnSession } from '../session/session.js';
import { settle } from './open-session.js';

/** The store of the app's own session middleware, as far as it is known. */
export interface AppSessionStore {
  use(store: object): void;
  /** Remembers the store of a request that has a session of the app's own middleware. */
  note(req: Request): void;
  /** False where the store knows no such session; true where that cannot be found out. */
  has(sid: string): Promise<boolean>;
  /** @throws ERR_ENROLLMENT_LOGIN when no store is known */
  destroy(sid: string): Promise<void>;
}

interface ExpressStore {
  get(sid: string, done: (error: unknown, session?: unknown) => void): unknown;
  destroy(sid: string, done: (error?: unknown) => void): unknown;
}

export function createAppSessionStore(): AppSessionStore {
  let store: ExpressStore | null = null;
  let isGiven = false;

  return Object.freeze<AppSessionStore>({
    use(given) {
      if (!isExpressStore(given)) return;
      store = given;
      isGiven = true;
    },
    note(req) {
      if (isGiven || isOwnSession(req)) return;
      const found: unknown = req.sessionStore;
      if (isExpressStore(found)) store = found;
    },
    has(sid) {
      return new Promise((resolve) => {
        if (store === null) resolve(true);
        else
          store.get(sid, (error, session) => {
            resolve((error !== undefined && error !== null) || (session !== undefined && session !== null));
          });
      });
    },
    async destroy(sid) {
      const known = store;
      if (known === null)
        throw new EnrollmentError(
          'ERR_ENROLLMENT_LOGIN',
          "the store of the app's own sessions is not known, so they cannot be ended: pass it as sessionLogin({ store }) or passportLogin({ store })",
        );
      await settle((done) => known.destroy(sid, done));
    },
  });
}

function isExpressStore(value: unknown): value is ExpressStore {
  return typeof value === 'object' && value !== null && hasFunctions(value, 'get', 'destroy');
}
