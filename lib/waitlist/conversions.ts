import { createBackground } from '../base/background.js';
import type { EnrollmentClock } from '../base/clock.js';
import { isUnrequested } from '../base/mail-kinds.js';
import { everyPlace } from '../base/paging.js';
import type { EnrollmentEvent, EventSink } from '../ports/events.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { WaitlistEntry, WaitlistStore } from '../ports/waitlist-store.js';
import { move } from './entry.js';
import { followCode } from './follow-code.js';
import { recordMissed } from './missed-mails.js';
import { isMailEvent, mailOf, recordOutcome } from './record-mail.js';
import type { InvitationMails, WaitlistParts } from './parts.js';

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

type ReissuedEvent = Extract<EnrollmentEvent, { readonly type: 'invitation.reissued' }>;

/** Listens for invitations that became accounts, and for their mails. Runs detached: an unavailable store must not delay a sign-up. */
export function recordConversions({
  store,
  events,
  log,
  clock,
  active,
  mails = null,
}: {
  readonly store: WaitlistStore;
  readonly events: EventSink;
  readonly log: EnrollmentLogger;
  readonly clock: EnrollmentClock;
  /** Left out: the kit mails nothing for it. */
  readonly mails?: InvitationMails | null;
  /** False when the app has no waitlist: then the store is not queried. */
  readonly active: boolean;
}): Conversions {
  const background = createBackground(log);

  async function note(invitation: string): Promise<void> {
    const entry = await store.byInvitation(invitation);
    if (entry !== null) await markJoined({ store, events }, entry.id);
  }

  /** The entry names the invitation that its person can use. */
  async function follow({ id: before, replacedBy }: ReissuedEvent): Promise<void> {
    const entry = await store.byInvitation(before);
    if (entry !== null) await followCode(store, entry.id, { before, next: replacedBy });
  }

  return Object.freeze<Conversions>({
    events(event) {
      events(event);
      if (!active) return;
      if (event.type === 'invitation.redeemed' || event.type === 'invitation.accepted') {
        const { id } = event;
        background.run('marking a waitlist entry as joined', note(id), { fields: { invitation: id } });
      } else if (event.type === 'invitation.reissued') {
        const fields = { invitation: event.id };
        background.run('following the new invitation of a waitlist entry', follow(event), { fields });
      } else if (isMailEvent(event)) {
        // A later mail of the invitation, or that of its new code, is one of every invitation.
        if (mails === null || !isUnrequested(event.kind)) return;
        const fields = { mail: event.id };
        const recorded = recordOutcome({ store, events, mails }, mailOf(event, clock.now())).then(() => undefined);
        background.run('recording a mail of the waitlist', recorded, { fields });
      }
    },
    idle: () => background.idle(),
  });
}

const pageSize = 500;

/**
 * Finds accounts that the list missed, by looking up the invitations, and the accounts of those who signed up with
 * another one; then new codes and mails of invitations that it missed. Returns how many entries it corrected.
 */
export async function reconcileConversions({
  store,
  invitations,
  events,
  hasAccount,
  clock,
  mails = null,
}: Pick<WaitlistParts, 'store' | 'invitations' | 'events' | 'hasAccount' | 'clock' | 'mails'>): Promise<number> {
  let found = 0;
  for (const state of ['waiting', 'approved', 'sent', 'failed'] as const) {
    for await (const page of everyPlace((after) => store.list({ state, limit: pageSize, after }))) {
      const invited = page.filter(({ invitation }) => invitation !== null);
      const snapshots = await invitations.snapshot(invited.map(({ invitation }) => invitation ?? ''));
      const used = new Set(invited.filter((_, at) => (snapshots[at]?.redeemed ?? 0) > 0));
      // One after the other: the look-ups of a long list leave the app's database to its visitors.
      for (const entry of page) {
        const isJoined = used.has(entry) || (await hasAccount(entry.email));
        if (isJoined) await markJoined({ store, events }, entry.id);
        const isMissed = !isJoined && mails !== null && (await recordMissed({ store, events, clock, mails }, entry));
        if (isJoined || isMissed) found += 1;
      }
    }
  }
  return found;
}
