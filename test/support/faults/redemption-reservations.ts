import { personOf } from '../../../lib/invitations/access/eligibility.js';
import type { InvitationStore, SeatRef } from '../../../lib/ports/invitation-store.js';
import type { History } from './redemption-history.js';

/** What a history knows of reserved seats. */
export interface Holds {
  /** How many reservations were made so far. */
  readonly given: number;
  /** A visitor opens the code page: a seat is reserved if the invitation has reservations. */
  ask(plan: string, id: string): Promise<void>;
  releaseReservation(plan: string, id: string): Promise<void>;
  /** The reservations of an invitation end, as by its revocation. */
  end(id: string): void;
  /** The store was set back: no reservation is guaranteed any more. */
  forget(): void;
  /**
   * The store's own function, watched: a revoked invitation gives a seat only to a plan whose claim is still running.
   */
  readonly claim: InvitationStore['claim'];
  /** A claim has a new lease, even one that had lapsed and was not settled yet. */
  renewed(seat: SeatRef, leaseSeconds: number): Promise<void>;
  /** Whether a seat was reserved for the whole attempt. */
  promised(attempt: { readonly plan: string; readonly invitationId: string; readonly startedAfter: number }): boolean;
  /** Whether the store knows the seat of a redemption key as this plan's. */
  hasPlace(key: string, plan: string): Promise<boolean>;
}

/** Each plan is one person; some plans are the same person under another `+tag`. */
export function personOfPlan(plan: string): string | null {
  const [, number] = /^(?:acceptance:)?plan (\d+)$/.exec(plan) ?? [];
  return number === undefined ? null : `person${Number(number) % 4}+${number}@example.com`;
}

export function createHolds(history: History): Holds {
  const { world, clock } = history;
  const kept = new Map<string, { readonly number: number; readonly until: number }>();
  let given = 0;
  const writing = new Map<string, number>();
  const name = (id: string, plan: string): string => `${id} ${plan}`;

  return {
    get given() {
      return given;
    },
    async ask(plan, id) {
      const person = personOf(history.keyring, personOfPlan(plan));
      const answer = await world.store.reserve({ id, plan, person });
      const [snapshot] = await world.store.read([id], plan);
      const seconds = snapshot?.record.reservationSeconds ?? null;
      const running = (kept.get(name(id, plan))?.until ?? 0) > clock.now();
      if (answer.type !== 'held' || seconds === null || running) return;
      // A running claim counts as reserved too; its lease then decides how long.
      const { seats } = await world.store.seats(id, { limit: 1000 });
      const found = seats.find((one) => one.plan === plan);
      if (found?.type !== 'held') return;
      given += 1;
      kept.set(name(id, plan), { number: given, until: clock.now() + seconds * 1000 });
    },
    async releaseReservation(plan, id) {
      if (await world.store.releaseReservation(id, plan)) kept.delete(name(id, plan));
    },
    end(id) {
      for (const key of [...kept.keys()]) if (key.startsWith(`${id} `)) kept.delete(key);
    },
    forget: () => kept.clear(),
    async claim(asked) {
      const { id, plan, leaseSeconds } = asked;
      const answer = await world.store.claim(asked);
      if (answer.type !== 'claimed') return answer;
      const running = (writing.get(name(id, plan)) ?? 0) > clock.now();
      if (answer.record.revokedAt !== null && !running && !history.surprised)
        history.violations.push(`${plan} got a seat of ${id} although that was revoked`);
      writing.set(name(id, plan), clock.now() + leaseSeconds * 1000);
      return answer;
    },
    async renewed({ id, seat }, leaseSeconds) {
      const { seats } = await world.store.seats(id, { limit: 1000 });
      const found = seats.find((one) => one.seat === seat);
      if (found !== undefined) writing.set(name(id, found.plan), clock.now() + leaseSeconds * 1000);
    },
    promised({ plan, invitationId, startedAfter }) {
      const reservation = kept.get(name(invitationId, plan));
      return (
        !history.surprised &&
        reservation !== undefined &&
        reservation.number <= startedAfter &&
        reservation.until > clock.now()
      );
    },
    async hasPlace(key, plan) {
      const at = key.lastIndexOf(':');
      const { seats } = await world.store.seats(key.slice(0, at), { limit: 1000 });
      return seats.some((found) => found.seat === key.slice(at + 1) && found.plan === plan);
    },
  };
}
