import { RedisStore } from 'connect-redis';
import type { Request } from 'express';
import type { Session, SessionData } from 'express-session';
import type { EnrollmentClock } from '../../base/clock.js';
import type { SessionClient, SessionLifetime } from '../../ports/session-client.js';

interface SessionStoreParts {
  readonly client: SessionClient;
  readonly prefix: string;
  readonly clock: EnrollmentClock;
  readonly lifetime: SessionLifetime;
}

/**
 * Only in the stored text, and first in it: the client reads it there. Written before the JSON of the session, because
 * integer-like keys come first in an object. Apps never see it.
 */
const startedAt = 'enrollmentStartedAt';
const start = new RegExp(`^\\{"${startedAt}":(\\d+),(?:"enrollmentEndsAt":(\\d+),)?`);

/** In seconds. `endsAt`: the absolute end that was fixed at the start, so that no later setting puts it off. */
interface Span {
  readonly startedAt: number;
  readonly endsAt: number;
}

/** On what was read, not on the session that is made of it: neither JSON nor `for … in` sees it. */
const readSpan = Symbol('the seconds in which the session started and ends');

interface ReadSession extends SessionData {
  [readSpan]?: Span | null;
  [startedAt]?: unknown;
}

type Done = (error: unknown, session?: SessionData | null) => void;

/**
 * The store of `enrollment.session()`: connect-redis, with two differences. A session that was loaded for its request
 * is saved only while it exists, so that a slow request never restores one that was signed out or regenerated
 * meanwhile. The lifetime is kept here, not in the cookie: reading a session counts as the visit that extends its idle
 * lifetime. A session whose cookie has its own expiry (a remembered sign-in) lasts until then.
 */
export class SessionStore extends RedisStore {
  readonly #parts: SessionStoreParts;
  /** Read by the registry of sessions. */
  readonly lifetime: SessionLifetime;
  /** Sessions that are stored; `null`: they expire with the cookie instead. */
  readonly #stored = new WeakMap<object, Span | null>();

  constructor(parts: SessionStoreParts) {
    const { client, prefix, lifetime } = parts;
    super({
      client,
      prefix,
      serializer: { parse: (text) => this.#parse(text), stringify: (session) => JSON.stringify(session) },
      disableTouch: true,
    });
    this.#parts = parts;
    this.lifetime = lifetime;
    // If a store has `touch`, even one that does nothing, express-session delays every answer for it.
    Object.defineProperty(this, 'touch', { value: undefined });
  }

  override async get(sid: string, done?: Done): Promise<SessionData | null> {
    const { client, prefix, clock, lifetime } = this.#parts;
    let found: SessionData | null;
    try {
      const text = await client.visit(`${prefix}${sid}`, lifetime, seconds(clock));
      found = text === null ? null : this.#parse(text);
    } catch (error) {
      if (done === undefined) throw error;
      done(error);
      return null;
    }
    done?.(null, found);
    return found;
  }

  override createSession(req: Request, data: ReadSession): Session & SessionData {
    const session = super.createSession(req, data);
    this.#stored.set(session, data[readSpan] ?? null);
    // express-session would extend a remembered sign-in by its full length with every request.
    if (session.cookie.originalMaxAge !== null)
      Object.defineProperty(session, 'resetMaxAge', {
        configurable: true,
        enumerable: false,
        writable: true,
        value: () => session,
      });
    return session;
  }

  override async set(sid: string, session: SessionData, done?: (error?: unknown) => void): Promise<void> {
    const outcome = await this.#save(`${this.#parts.prefix}${sid}`, session).then(
      () => null,
      (error: unknown) => error,
    );
    done?.(outcome);
  }

  async #save(key: string, session: ReadSession): Promise<void> {
    const { client, clock, lifetime } = this.#parts;
    const ends = endOf(session.cookie);
    const now = seconds(clock);
    const known = this.#stored.get(session);
    const stored = known === undefined ? session[readSpan] : known;
    const fresh = { startedAt: now, endsAt: now + lifetime.absoluteSeconds };
    const span = ends === null ? (stored ?? fresh) : null;
    const left =
      span === null
        ? Math.ceil(((ends ?? 0) - Date.now()) / 1000)
        : Math.min(lifetime.idleSeconds, span.startedAt + lifetime.absoluteSeconds - now, span.endsAt - now);
    if (left <= 0) {
      await client.del([key]);
      return;
    }
    const json = JSON.stringify(session);
    const text =
      span === null ? json : `{"${startedAt}":${span.startedAt},"enrollmentEndsAt":${span.endsAt},${json.slice(1)}`;
    await client.set(key, text, {
      expiration: { type: 'EX', value: left },
      ...(stored === undefined ? {} : { condition: 'XX' }),
    });
    this.#stored.set(session, span);
  }

  #parse(text: string): SessionData {
    const [prefix = '', started, ends] = start.exec(text) ?? [];
    // Cut off rather than removed afterwards: a copy without a field takes longer than the parsing.
    const session: unknown = JSON.parse(prefix === '' ? text : `{${text.slice(prefix.length)}`);
    if (!isSession(session)) throw new TypeError('what is stored is no session');
    if (started === undefined) return withDisplacedStart(session, this.lifetime);
    session[readSpan] = spanOf(Number(started), ends, this.lifetime);
    return session;
  }
}

function seconds(clock: EnrollmentClock): number {
  return Math.floor(clock.now() / 1000);
}

/** Earlier builds wrote the start behind the integer-like keys of a session, where the client does not find it. */
function withDisplacedStart(session: ReadSession, lifetime: SessionLifetime): ReadSession {
  if (session[startedAt] === undefined) {
    session[readSpan] = null;
    return session;
  }
  const { [startedAt]: started, ...data } = session;
  return { ...data, [readSpan]: typeof started === 'number' ? spanOf(started, undefined, lifetime) : null };
}

/** Earlier builds stored no end. */
function spanOf(started: number, ends: string | undefined, { absoluteSeconds }: SessionLifetime): Span {
  return { startedAt: started, endsAt: ends === undefined ? started + absoluteSeconds : Number(ends) };
}

function isSession(stored: unknown): stored is ReadSession {
  return typeof stored === 'object' && stored !== null && 'cookie' in stored;
}

/**
 * When the cookie expires, in epoch milliseconds; `null`: with the browser session. A session that was only read stores
 * it as a text.
 */
function endOf({ expires }: { readonly expires?: unknown }): number | null {
  if (expires instanceof Date) return expires.getTime();
  return typeof expires === 'string' ? Date.parse(expires) : null;
}
