import type { EnrollmentClock } from '../../base/clock.js';
import type { SessionClient } from '../../ports/session-client.js';

const fewSessions = 1000;
const start = /^\{"enrollmentStartedAt":(\d+)(?:,"enrollmentEndsAt":(\d+))?/;

/** Sessions in this process. Time comes from the clock that is passed; no timers. */
export function createMemorySessionClient({ clock }: { readonly clock: EnrollmentClock }): SessionClient {
  const sessions = new Map<string, { readonly text: string; until: number }>();
  let sweepAt = fewSessions;

  function present(key: string): { readonly text: string; until: number } | null {
    const session = sessions.get(key);
    if (session === undefined || session.until > clock.now()) return session ?? null;
    sessions.delete(key);
    return null;
  }

  function sweep(): void {
    for (const key of sessions.keys()) present(key);
    sweepAt = Math.max(fewSessions, sessions.size * 2);
  }

  return Object.freeze<SessionClient>({
    async get(key) {
      return present(key)?.text ?? null;
    },
    async visit(key, { idleSeconds, absoluteSeconds }, nowSeconds) {
      const session = present(key);
      const [, startedAt, endsAt = Infinity] = start.exec(session?.text ?? '') ?? [];
      if (session === null || startedAt === undefined) return session?.text ?? null;
      const left = Math.min(Number(startedAt) + absoluteSeconds, Number(endsAt)) - nowSeconds;
      session.until = clock.now() + Math.min(idleSeconds, left) * 1000;
      return present(key)?.text ?? null;
    },
    async set(key, text, { expiration, condition } = {}) {
      if (condition === 'XX' && present(key) === null) return null;
      if (sessions.size >= sweepAt) sweep();
      sessions.set(key, { text, until: expiration === undefined ? Infinity : clock.now() + expiration.value * 1000 });
      return 'OK';
    },
    async expire(key, seconds) {
      const session = present(key);
      if (session !== null) session.until = clock.now() + seconds * 1000;
      return session === null ? 0 : 1;
    },
    async del(keys) {
      for (const key of keys) sessions.delete(key);
    },
    async remaining(key) {
      const session = present(key);
      return session === null ? null : session.until - clock.now();
    },
    async mGet(keys) {
      return keys.map((key) => present(key)?.text ?? null);
    },
    async *scanIterator({ MATCH }) {
      const prefix = MATCH.replace(/\*$/, '');
      yield [...sessions.keys()].filter((key) => key.startsWith(prefix) && present(key) !== null);
    },
  });
}
