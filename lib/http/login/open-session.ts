import type { Request } from 'express';
import type { Session, SessionData } from 'express-session';

// Not part of the published types: an app that type-checks its packages need not have the types of express-session.
type OpenSession = Session & Partial<SessionData>;

/** The request's session, which is absent when no session middleware ran or its store is away. */
export function sessionOf(req: Request): OpenSession | undefined {
  const session: OpenSession | undefined = req.session;
  return session;
}

/** The named keys of a session that are set. */
export function pick(session: OpenSession | undefined, keys: readonly string[]): Readonly<Record<string, unknown>> {
  if (session === undefined) return {};
  return Object.fromEntries(
    keys.map((key): [string, unknown] => [key, Reflect.get(session, key)]).filter(([, value]) => value !== undefined),
  );
}

/**
 * Saves a session now. express-session saves a new session again when the response ends, even if nothing has changed
 * since; that second save is skipped.
 */
export async function saveOnce(session: OpenSession): Promise<void> {
  await settle((done) => session.save(done));
  const saved = JSON.stringify(session);
  const save = session.save.bind(session);
  Object.defineProperty(session, 'save', {
    configurable: true,
    enumerable: false,
    writable: true,
    value(done?: (error?: unknown) => void) {
      if (JSON.stringify(session) !== saved) return save(done);
      done?.();
      return session;
    },
  });
}

/**
 * Moves a session to a new id, with everything that it contains: for a change that concerns the same user, such as a new
 * password. `prepare` runs before it is saved; where it fails, nothing of the session is left.
 */
export async function rotateSession(req: Request, prepare: () => Promise<void>): Promise<void> {
  const { cookie, ...kept } = req.session;
  const { expires, originalMaxAge } = cookie;
  await settle((done) => req.session.regenerate(done));
  const session = req.session;
  Object.assign(session, kept);
  if (originalMaxAge !== null) {
    session.cookie.originalMaxAge = originalMaxAge;
    if (expires instanceof Date) session.cookie.expires = expires;
  }
  try {
    await prepare();
  } catch (error) {
    // The response would save it.
    await settle((done) => req.session.destroy(done));
    throw error;
  }
  await saveOnce(session);
}

/** Turns a callback of express-session or Passport into a promise. */
export function settle(call: (done: (error?: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => {
      if (error === undefined || error === null) resolve();
      else reject(error instanceof Error ? error : new Error('the session could not be saved', { cause: error }));
    });
  });
}
