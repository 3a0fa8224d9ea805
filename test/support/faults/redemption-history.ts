import { isAcceptance } from '../../../lib/base/acceptance-id.js';
import { isEnrollmentError } from '../../../lib/base/error.js';
import { createKeyring } from '../../../lib/base/keyring.js';
import { messageOf } from '../../../lib/base/message.js';
import type { Invitations, InvitationsOptions } from '../../../lib/invitations/invitations.js';
import type { InvitationRecord, InvitationStore } from '../../../lib/ports/invitation-store.js';
import type { Redeemed } from '../../../lib/ports/redeem.js';
import type { Redemptions } from '../../../lib/ports/redemptions.js';
import { createMemoryRateLimiter } from '../../../lib/stores/memory/rate-limiter.js';
import { sampleInvitation } from '../../../lib/testing/contracts/sample-invitation.js';
import type { FakeClock } from '../../../lib/testing/fake-clock.js';
import { createHolds, personOfPlan, type Holds } from './redemption-reservations.js';
import { createProcess, type Call, type Process } from './redemption-process.js';
import { createRandom, type Random } from './redemption-random.js';
import { createModelUsers, type ModelUsers } from './redemption-users.js';

/** A store that can be reset to an earlier state, as by a failover to a replica that lagged behind. */
export interface World {
  readonly store: InvitationStore;
  save(): Promise<() => Promise<void>>;
  close?(): Promise<void>;
}

/** The code under test; mutants use their own copy. */
export interface Subject {
  createInvitations(options: InvitationsOptions): Invitations;
  openWorld(clock: FakeClock): Promise<World>;
}

const leaseSeconds = 60;

interface Attempt {
  readonly process: Process;
  readonly plan: string;
  readonly hadAccount: boolean;
  /** Its write was answered: whatever happens to the store afterwards, it must learn of this account. */
  wrote: boolean;
  /** One of its calls failed or lost its answer. */
  disturbed: boolean;
  ended: boolean;
  /** How many reservations had been made by then. */
  readonly startedAfter: number;
  readonly invitationId: string;
}

/** The events of one history; all of them follow from the seed. */
export class History {
  readonly violations: string[] = [];
  readonly keyring = createKeyring(['a secret of the history']);
  readonly users: ModelUsers = createModelUsers();
  readonly random: Random;
  readonly attempts: Attempt[] = [];
  /** Transactions that still run although their caller has stopped waiting. */
  readonly floating: Call[] = [];
  readonly records = new Map<string, { largest: number; readonly onePerPerson: boolean }>();
  readonly holds: Holds;
  /**
   * True once the store may miss an account although no lease of its seat is open: it was set back, or a write was
   * late.
   */
  surprised = false;
  /**
   * True once an account was written under a seat that no longer belonged to its plan: then no store can count persons.
   */
  late = false;
  #claims: { readonly id: string; readonly seat: string; readonly token: string }[] = [];

  constructor(
    readonly subject: Subject,
    readonly world: World,
    readonly clock: FakeClock,
    seed: number,
  ) {
    this.random = createRandom(seed);
    this.holds = createHolds(this);
  }

  async issue(max: number | null): Promise<InvitationRecord> {
    const onePerPerson = this.random.once(3);
    const reservationSeconds = max !== null && this.random.once(2) ? this.random.pick([30, 120]) : null;
    const id = `inv${this.records.size}`;
    const record = sampleInvitation({ id, max, flow: 'invite', reservationSeconds, onePerPerson });
    this.records.set(record.id, { largest: max ?? Infinity, onePerPerson });
    await this.world.store.create(record);
    return record;
  }

  invitationsOver(store: InvitationStore, redemptions: Redemptions): Invitations {
    return this.subject.createInvitations({
      store,
      redemptions,
      keyring: this.keyring,
      clock: this.clock,
      rateLimiter: createMemoryRateLimiter({ clock: this.clock }),
      attempts: { consume: async () => ({ over: false }), reward: async () => undefined },
      events: () => undefined,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      site: { origin: 'https://app.example', mount: '', secure: true },
      defaultFlow: () => null,
      leaseSeconds,
      // No write is late here unless the history makes it late.
      lookUpSeconds: 3600,
    });
  }

  /** Starts a process that redeems `invitation` for `plan`; it stops at its first call to the outside. */
  start(plan: string, invitationId: string, username: string): Attempt {
    const process = createProcess();
    const store = process.wrap({ ...this.world.store, claim: this.holds.claim });
    let flow: string | null = null;
    const claim: InvitationStore['claim'] = async (asked) => {
      const answer = await store.claim(asked);
      if (answer.type === 'claimed') {
        flow = answer.record.flow;
        this.#claims = [...this.#claims.slice(-4), { id: asked.id, seat: answer.seat, token: answer.token }];
      }
      return answer;
    };
    const invitations = this.invitationsOver({ ...store, claim }, process.wrap(this.users));
    const attempt: Attempt = {
      process,
      plan,
      hadAccount: this.users.of(plan) !== null,
      wrote: false,
      disturbed: false,
      ended: false,
      startedAfter: this.holds.given,
      invitationId,
    };
    this.attempts.push(attempt);
    invitations
      .redeem({
        enrollmentId: plan,
        account: isAcceptance(plan) ? accountOf(plan) : undefined,
        flow: 'invite',
        invitation: { id: invitationId, version: 1 },
        email: personOfPlan(plan),
        write: (redemption) => {
          if (flow === 'other') this.violations.push(`${plan} writes an account with an invitation for another flow`);
          return process
            .outside('write', async () => {
              const id = accountOf(plan);
              this.late ||= !(await this.holds.hasPlace(redemption.key, plan));
              // An account that is there keeps the name that it has.
              this.users.insert(redemption.row(id), isAcceptance(plan) ? plan : username);
              return { id };
            })
            .then((user) => {
              attempt.wrote = true;
              return user;
            });
        },
        idOf: ({ id }) => id,
        taken: () =>
          process.outside('taken', async () =>
            !isAcceptance(plan) && this.users.hasName(username, plan) ? { username: [messageOf('taken')] } : null,
          ),
      })
      .then(
        (redeemed) => this.#end(attempt, redeemed),
        (error: unknown) => this.#end(attempt, null, error),
      );
    return attempt;
  }

  #end(attempt: Attempt, redeemed: Redeemed<unknown> | null, error?: unknown): void {
    if (!attempt.process.alive) return;
    attempt.ended = true;
    if (redeemed === null) {
      if (attempt.wrote)
        this.violations.push(`the account of ${attempt.plan} was written, but it was told that this failed`);
      else if (!attempt.disturbed && !isEnrollmentError(error))
        this.violations.push(`nothing disturbed ${attempt.plan}, but it was told only: ${String(error)}`);
      return;
    }
    const account = this.users.of(attempt.plan);
    if (redeemed.type === 'redeemed') {
      if (account?.user_id !== redeemed.userId)
        this.violations.push(
          `${attempt.plan} was told of the account "${redeemed.userId}", but it has ${account?.user_id ?? 'none'}`,
        );
    } else if (attempt.hadAccount) {
      this.violations.push(
        `${attempt.plan} has an account, but was told "${redeemed.type === 'refused' ? redeemed.cause : redeemed.type}"`,
      );
    } else if (redeemed.type === 'refused' && this.holds.promised(attempt)) {
      // A reserved seat is lost neither to other plans nor when the invitation ends.
      if (['held', 'used_up', 'expired', 'not_yet'].includes(redeemed.cause))
        this.violations.push(`${attempt.plan} had a reservation, but was told "${redeemed.cause}"`);
    }
  }

  /** Extends a lease, as the timer of a process does. */
  async renew(): Promise<void> {
    if (this.#claims.length === 0) return;
    const claim = this.random.pick(this.#claims);
    if (await this.world.store.renew({ ...claim, leaseSeconds })) await this.holds.renewed(claim, leaseSeconds);
  }

  async edit(id: string, over: Partial<InvitationRecord>): Promise<void> {
    const [snapshot] = await this.world.store.read([id]);
    if (!snapshot) return;
    const { record } = snapshot;
    if (over.revokedAt !== undefined && over.revokedAt !== null) this.holds.end(id);
    const kept = this.records.get(id);
    if (kept !== undefined && over.max !== undefined) kept.largest = Math.max(kept.largest, over.max ?? Infinity);
    await this.world.store.edit({ ...record, ...over, version: record.version + 1 }, record, 'edited');
  }

  /** Executes one call, and lets its process run to its next ones. */
  async applySignIn(attempt: Attempt, call: Call, how: 'answer' | 'lose reply' | 'refuse'): Promise<void> {
    if (how !== 'answer') attempt.disturbed = true;
    if (how === 'refuse') call.fail(new Error('away'));
    else {
      const failed = await call.act().then(
        () => null,
        (error: unknown) => error,
      );
      if (failed !== null) call.fail(failed instanceof Error ? failed : new Error('away'));
      else if (how === 'lose reply') call.fail(new Error('connection lost'));
      else call.answer(undefined);
    }
    await turn();
    this.check();
  }

  check(): void {
    for (const [id, { largest, onePerPerson }] of this.records) {
      const rows = this.users.rowsOf(id);
      const made = rows.length;
      if (onePerPerson && !this.surprised && !this.late) {
        const people = rows.flatMap((row) => personOfPlan(row.enrollment_id)?.replace(/\+.*@/, '@') ?? []);
        if (new Set(people).size < people.length)
          this.violations.push(`a person has two accounts with ${id}: ${people.join(' ')}`);
      }
      if (made > largest) this.violations.push(`${made} accounts with ${id}, which never allowed more than ${largest}`);
    }
  }

  /** Every living process continues without faults until all have ended. */
  async finishAll(): Promise<void> {
    for (const attempt of this.attempts) {
      for (let calls = 0; attempt.process.calls.length > 0; calls += 1) {
        const call = attempt.process.calls.shift();
        if (call !== undefined) await this.applySignIn(attempt, call, 'answer');
        if (calls > 2000) return void this.violations.push('a process never ends');
      }
    }
  }
}

/** The account that a plan creates, or with which a person accepts. */
export function accountOf(plan: string): string {
  return `user of ${plan}`;
}

/** Runs every continuation that is ready. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
