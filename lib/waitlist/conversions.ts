import type { EventSink } from '../ports/events.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { WaitlistEntry, WaitlistStore } from '../ports/waitlist-store.js';
import { move } from './move.js';
import type { WaitlistParts } from './parts.js';

/** Marks that the person has an account; what the entry is then. `null` when there is no such entry (any more). */
export async function markJoined(
  { store, events }: Pick<WaitlistParts, 'store' | 'events'>,
  id: string,
): Promise<WaitlistEntry | null> {
  const moved = await move(store, id, ({ state }) =>
    state === 'joined' ? null : { state: 'joined', busyUntil: null },
  );
  if (moved?.changed === true) events({ type: 'waitlist.joined', id, invitation: moved.entry.invitation });
  return moved?.entry ?? null;
}

interface Conversions {
  /** Hands on everything it is told, and notes what is about the waitlist. */
  readonly events: EventSink;
  /** Resolves when all that was noted has reached the store, or failed and was logged. */
  idle(): Promise<void>;
}

/** Listens for invitations that became accounts. It runs detached: a store that is away must not hold up a sign-up. */
export function recordConversions({
  store,
  events,
  log,
  active,
}: {
  readonly store: WaitlistStore;
  readonly events: EventSink;
  readonly log: EnrollmentLogger;
  /** False where the app has no waitlist: then nothing is asked of the store. */
  readonly active: boolean;
}): Conversions {
  const running = new Set<Promise<void>>();

  async function note(invitation: string): Promise<void> {
    const entry = await store.byInvitation(invitation);
    if (entry !== null) await markJoined({ store, events }, entry.id);
  }

  return Object.freeze<Conversions>({
    events(event) {
      events(event);
      if (!active || event.type !== 'invitation.redeemed') return;
      const { id } = event;
      const work: Promise<void> = note(id)
        .catch((error: unknown) => {
          log.error({ err: error, invitation: id }, 'the waitlist could not be told of an account');
        })
        .finally(() => running.delete(work));
      running.add(work);
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  });
}

const pageSize = 500;

/** Finds accounts that the list was not told of, by asking the invitations. Returns how many entries it corrected. */
export async function reconcileConversions({
  store,
  invitations,
  events,
}: Pick<WaitlistParts, 'store' | 'invitations' | 'events'>): Promise<number> {
  let found = 0;
  for (const state of ['approved', 'sent', 'failed'] as const) {
    for (let after = 0; ;) {
      const page = await store.list({ state, limit: pageSize, after });
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.place;
      const invited = page.filter(({ invitation }) => invitation !== null);
      const snapshots = await invitations.snapshot(invited.map(({ invitation }) => invitation ?? ''));
      const used = invited.filter((_, at) => (snapshots[at]?.redeemed ?? 0) > 0);
      await Promise.all(used.map(({ id }) => markJoined({ store, events }, id)));
      found += used.length;
    }
  }
  return found;
}
