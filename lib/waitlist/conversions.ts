import { createBackground } from '../base/background.js';
import { everyPlace } from '../base/paging.js';
import type { EventSink } from '../ports/events.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { WaitlistEntry, WaitlistStore } from '../ports/waitlist-store.js';
import { move } from './entry.js';
import type { WaitlistParts } from './parts.js';

/** Marks that the person has an account; returns the resulting entry. `null` when there is no such entry. */
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
  /** Passes on all events, and records those that concern the waitlist. */
  readonly events: EventSink;
  /** Resolves when all records have reached the store, or have failed and been logged. */
  idle(): Promise<void>;
}

/** Listens for invitations that became accounts. Runs detached: an unavailable store must not delay a sign-up. */
export function recordConversions({
  store,
  events,
  log,
  active,
}: {
  readonly store: WaitlistStore;
  readonly events: EventSink;
  readonly log: EnrollmentLogger;
  /** False when the app has no waitlist: then the store is not queried. */
  readonly active: boolean;
}): Conversions {
  const background = createBackground(log);

  async function note(invitation: string): Promise<void> {
    const entry = await store.byInvitation(invitation);
    if (entry !== null) await markJoined({ store, events }, entry.id);
  }

  return Object.freeze<Conversions>({
    events(event) {
      events(event);
      if (!active || (event.type !== 'invitation.redeemed' && event.type !== 'invitation.accepted')) return;
      const { id } = event;
      background.run('marking a waitlist entry as joined', note(id), { fields: { invitation: id } });
    },
    idle: () => background.idle(),
  });
}

const pageSize = 500;

/** Finds accounts that the list missed, by looking up the invitations. Returns how many entries it corrected. */
export async function reconcileConversions({
  store,
  invitations,
  events,
}: Pick<WaitlistParts, 'store' | 'invitations' | 'events'>): Promise<number> {
  let found = 0;
  for (const state of ['approved', 'sent', 'failed'] as const) {
    for await (const page of everyPlace((after) => store.list({ state, limit: pageSize, after }))) {
      const invited = page.filter(({ invitation }) => invitation !== null);
      const snapshots = await invitations.snapshot(invited.map(({ invitation }) => invitation ?? ''));
      const used = invited.filter((_, at) => (snapshots[at]?.redeemed ?? 0) > 0);
      await Promise.all(used.map(({ id }) => markJoined({ store, events }, id)));
      found += used.length;
    }
  }
  return found;
}
