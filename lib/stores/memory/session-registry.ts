import type { EnrollmentClock } from '../../base/clock.js';
import type { RegisteredSession, SessionRegistry } from '../../ports/session-registry.js';
import { sessionLimits } from '../limits.js';

const fewUsers = 1000;

interface Kept {
  readonly sessions: Map<string, RegisteredSession>;
  /** Those that count no more, and are listed until they are removed. */
  readonly ending: Set<string>;
  /** The epoch at which the sessions were last ended; 0: never. */
  endedAt: number;
  /** Until when the end is remembered. */
  endedUntil: number;
}

/** The sessions of users in this process's memory. */
export function createMemorySessionRegistry({ clock }: { readonly clock: EnrollmentClock }): SessionRegistry {
  const users = new Map<string, Kept>();
  let sweepAt = fewUsers;
  let epoch = 1;

  function keptOf(userId: string): Kept {
    if (users.size >= sweepAt) sweep();
    const kept = users.get(userId) ?? { sessions: new Map(), ending: new Set(), endedAt: 0, endedUntil: 0 };
    users.set(userId, kept);
    return kept;
  }

  function sweep(): void {
    for (const [userId, kept] of users)
      if (present(kept).length === 0 && kept.endedUntil <= clock.now()) users.delete(userId);
    sweepAt = Math.max(fewUsers, users.size * 2);
  }

  function forget({ sessions, ending }: Pick<Kept, 'sessions' | 'ending'>, id: string): void {
    sessions.delete(id);
    ending.delete(id);
  }

  function present(kept: Pick<Kept, 'sessions' | 'ending'>): readonly RegisteredSession[] {
    const { sessions } = kept;
    for (const { id, expiresAt } of sessions.values()) if (expiresAt <= clock.now()) forget(kept, id);
    return [...sessions.values()];
  }

  const counts = (kept: Kept | undefined, id: string): boolean =>
    kept !== undefined && !kept.ending.has(id) && (kept.sessions.get(id)?.expiresAt ?? 0) > clock.now();

  const endedAfter = (kept: Kept | undefined, evidence: number): boolean =>
    kept !== undefined && kept.endedUntil > clock.now() && kept.endedAt > evidence;

  return Object.freeze<SessionRegistry>({
    epoch: () => epoch,
    async nextEpoch() {
      epoch += 1;
      return epoch;
    },
    async add(userId, session, evidence) {
      const kept = keptOf(userId);
      if (endedAfter(kept, evidence)) return 'refused';
      kept.sessions.set(session.id, session);
      const others = present(kept).filter(({ id }) => id !== session.id);
      const over = [...others]
        .sort((one, other) => one.expiresAt - other.expiresAt)
        .slice(0, Math.max(0, others.length + 1 - sessionLimits.perUser));
      for (const { id } of over) forget(kept, id);
      return over;
    },
    async renew(userId, replaced, session, evidence) {
      const kept = keptOf(userId);
      if (endedAfter(kept, evidence) || !counts(kept, replaced)) return 'refused';
      forget(kept, replaced);
      const others = present(kept);
      for (const { id } of others) kept.ending.add(id);
      kept.sessions.set(session.id, session);
      return others;
    },
    async isRegistered(userId, id) {
      return counts(users.get(userId), id);
    },
    async list(userId) {
      const kept = users.get(userId);
      return kept === undefined ? [] : [...present(kept)].sort((one, other) => other.signedInAt - one.signedInAt);
    },
    async remove(userId, ids) {
      const kept = users.get(userId);
      if (kept !== undefined) for (const id of ids) forget(kept, id);
    },
    async end(userId, at) {
      const kept = keptOf(userId);
      kept.endedAt = Math.max(kept.endedAt, at);
      kept.endedUntil = clock.now() + sessionLimits.endedSeconds * 1000;
    },
    async hasEnded(userId, evidence) {
      return endedAfter(users.get(userId), evidence);
    },
  });
}
