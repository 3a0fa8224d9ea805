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
  /** `seconds`: until the reservation ends; `null`: there is none. */
  | { readonly type: 'kept'; readonly seconds: number | null }
  | { readonly type: 'refused'; readonly cause: RefusalCause }
  | { readonly type: 'throttled'; readonly retryAfterSeconds: number };

/**
 * Seats that one address may reserve within the time of one reservation: a client with all seats would exclude all
 * others.
 */
const mostPerAddress = 5;
const mostRounds = 12;

/**
 * Reserves a seat of an invitation that has reservations, from the code page on. An active reservation of the same
 * enrollment is unchanged and counts once.
 * @throws ERR_ENROLLMENT_UNSETTLED (503) when claims of others have lapsed and their results are unknown
 */
export async function reserve(
  parts: {
    readonly store: InvitationStore;
    readonly rateLimiter: RateLimiter;
    readonly lookUp: LookUp | null;
    readonly events: EventSink;
  },
  { record, own, now }: InvitationSnapshot,
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
  // Only seats that are reserved count: a client that got none must not be refused the next one.
  if (kept.type !== 'kept') await giveBack();
  return kept;

  async function keep(): Promise<Kept> {
    for (let round = 1; round <= mostRounds; round += 1) {
      const answer = await store.reserve({ id, plan, person });
      if (answer.type === 'held' && own === null) events({ type: 'invitation.held', id });
      if (answer.type === 'redeemed') return { type: 'kept', seconds: null };
      if (answer.type === 'held')
        return { type: 'kept', seconds: answer.until === null ? null : Math.max(0, (answer.until - now) / 1000) };
      if (answer.type === 'refused') return answer;
      if (lookUp === null) return { type: 'refused', cause: 'held' };
      await settle({ store, lookUp, events }, id, answer.lapsed);
    }
    throw unsettled('seats turned out to be taken again and again');
  }
}

/** Removes a reservation from the count when its seat was released or has an account. */
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
