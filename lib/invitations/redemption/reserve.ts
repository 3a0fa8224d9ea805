import { digest128 } from '../../base/ids.js';
import type { EventSink } from '../../ports/events.js';
import type {
  InvitationRecord,
  InvitationStore,
  RefusalCause,
  InvitationSnapshot,
} from '../../ports/invitation-store.js';
import type { RateLimiter } from '../../ports/rate-limiter.js';
import { unsettled, settle, type LookUp } from './settle.js';

export type Kept =
  | { readonly type: 'kept' }
  | { readonly type: 'refused'; readonly cause: RefusalCause }
  | { readonly type: 'throttled'; readonly retryAfterSeconds: number };

/** Places that one address may keep within the time of one hold: who keeps them all keeps everybody else out. */
const mostPerAddress = 5;
const mostRounds = 12;

/**
 * Keeps a place of an invitation that has holds, from the code page on. A running hold of the same enrollment stays as
 * it is and counts once.
 * @throws ERR_ENROLLMENT_UNSETTLED (503) when claims of others have lapsed and their results are unknown
 */
export async function reserve(
  parts: {
    readonly store: InvitationStore;
    readonly rateLimiter: RateLimiter;
    readonly lookUp: LookUp | null;
    readonly events: EventSink;
  },
  { record, own }: InvitationSnapshot,
  { plan, person, address }: { readonly plan: string; readonly person: string | null; readonly address: string },
): Promise<Kept> {
  const { store, rateLimiter, lookUp, events } = parts;
  const { id } = record;
  const seconds = record.reservationSeconds ?? 0;
  const counter = counterOf(id, address);
  const giveBack = async (): Promise<void> => {
    if (own === null) await rateLimiter.reward(counter, seconds);
  };
  if (own === null) {
    const { taken, endsInSeconds } = await rateLimiter.consume(counter, seconds);
    if (taken > mostPerAddress) {
      await giveBack();
      return { type: 'throttled', retryAfterSeconds: endsInSeconds };
    }
  }
  const kept = await keep().catch(async (error: unknown) => {
    await giveBack().catch(() => undefined);
    throw error;
  });
  // Only seats that are kept count: somebody who got none must not keep the next one out.
  if (kept.type !== 'kept') await giveBack();
  return kept;

  async function keep(): Promise<Kept> {
    for (let round = 1; round <= mostRounds; round += 1) {
      const answer = await store.reserve({ id, plan, person });
      if (answer.type === 'held' && own === null) events({ type: 'invitation.held', id });
      if (answer.type === 'held' || answer.type === 'redeemed') return { type: 'kept' };
      if (answer.type === 'refused') return answer;
      if (lookUp === null) return { type: 'refused', cause: 'held' };
      await settle({ store, lookUp, events }, id, answer.lapsed);
    }
    throw unsettled('seats turned out to be taken again and again');
  }
}

/** Who has given a seat back, or has an account in it, keeps it no more. */
export async function uncountReservation(
  rateLimiter: RateLimiter,
  { id, reservationSeconds }: Pick<InvitationRecord, 'id' | 'reservationSeconds'>,
  address: string,
): Promise<void> {
  if (reservationSeconds !== null) await rateLimiter.reward(counterOf(id, address), reservationSeconds);
}

function counterOf(id: string, address: string): string {
  return `hold:${id}:${digest128(address)}`;
}
