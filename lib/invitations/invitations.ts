import type { Clock } from '../base/clock.js';
import type { Keyring } from '../base/keyring.js';
import type { Site } from '../base/target.js';
import type { Attempts } from '../ports/attempts.js';
import type { EventSink } from '../ports/events.js';
import type { InvitationGate } from '../ports/invitation-gate.js';
import type { InvitationStore, LedgerEntry } from '../ports/invitation-store.js';
import type { Log } from '../ports/log.js';
import type { Redeem } from '../ports/redeem.js';
import type { Redemptions } from '../ports/redemptions.js';
import { createBackground } from './background.js';
import { createInvitation, type CreatedInvitation } from './create.js';
import { explainRefusal, type Explanation } from './explain.js';
import { extendInvitation } from './extend.js';
import { createGate } from './gate.js';
import type { InvitationChange, InvitationInput } from './input.js';
import { createLookUp } from './look-up.js';
import { reconcileInvitation } from './reconcile.js';
import { createRedeem } from './redeem.js';
import type { RefusalStyle } from './refusal.js';
import { createRefuse } from './refusals.js';
import { revokeInvitation, type Revoked } from './revoke.js';
import { seedInvitations, type Seeded, type SeededInvitation } from './seed.js';
import { summaryOf, type InvitationSummary } from './summary.js';

export interface InvitationsOptions {
  readonly store: InvitationStore;
  /** `null`: the app keeps no redemptions; a place whose outcome is unknown then stays held for ever. */
  readonly redemptions: Redemptions | null;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly attempts: Attempts;
  readonly events: EventSink;
  readonly log: Log;
  /** Default `plain`. */
  readonly refusals?: RefusalStyle;
  readonly site: Site;
  /** The flow that links lead to when an invitation names none. */
  readonly defaultFlow: string | null;
  /** How long a place is held while an account is written, in seconds; default 60. Lengthened up to `renewals` times. */
  readonly leaseSeconds?: number;
  /** Default 10. */
  readonly renewals?: number;
  /** How long the user store may take to tell about a redemption, in seconds; default 2. */
  readonly lookUpSeconds?: number;
}

/** Everything about invitations; `gate` and `redeem` are for stages and guards, the rest for administrators. */
export interface Invitations {
  readonly gate: InvitationGate;
  readonly redeem: Redeem;
  create(input?: InvitationInput): Promise<CreatedInvitation>;
  /** Newest first; 50 unless told. `after` is the last id of the page before. */
  list(page?: { readonly limit?: number; readonly after?: string }): Promise<readonly InvitationSummary[]>;
  /** Waits for accounts that are being written under it, at most one lease. */
  revoke(id: string): Promise<Revoked>;
  /** Changes how often or how long it can be used. Lowering `uses` keeps the accounts that were made. */
  extend(id: string, change: InvitationChange): Promise<InvitationSummary>;
  explain(referenceOrCode: string): Promise<Explanation | null>;
  seed(list: readonly SeededInvitation[]): Promise<Seeded>;
  ledger(id: string): Promise<readonly LedgerEntry[]>;
  /**
   * Makes its counts exact: settles claims whose leases ran out, and finds accounts that a store which was lost or set
   * back does not know of. Tells how many places it put right.
   */
  reconcile(id: string): Promise<number>;
  /** Resolves when everything that nobody waited for has reached the store, or failed and was logged. */
  idle(): Promise<void>;
}

export function createInvitations(options: InvitationsOptions): Invitations {
  const { store, redemptions, events } = options;
  const settles = redemptions !== null;
  const terms = { seconds: options.leaseSeconds ?? 60, renewals: options.renewals ?? 10 };
  const background = createBackground(options.log);
  const lookUp = createLookUp(redemptions, options.lookUpSeconds ?? 2);
  const refuse = createRefuse({ ...options, background, style: options.refusals ?? 'plain' });

  return Object.freeze({
    gate: createGate({ ...options, lookUp, background, refuse }),
    redeem: createRedeem({ store, lookUp, events, background, refuse, terms }),
    create: (input: InvitationInput = {}) => createInvitation(options, input),
    async list({ limit = 50, after }: { readonly limit?: number; readonly after?: string } = {}) {
      const page = await store.list(after === undefined ? { limit } : { limit, after });
      return page.map((standing) => summaryOf(standing, settles));
    },
    revoke: (id: string) => revokeInvitation({ store, lookUp, events, terms }, id),
    extend: (id: string, change: InvitationChange) => extendInvitation({ store, settles }, id, change),
    explain: (referenceOrCode: string) => explainRefusal({ ...options, settles }, referenceOrCode),
    seed: (list: readonly SeededInvitation[]) => seedInvitations(options, list),
    ledger: (id: string) => store.ledger(id),
    reconcile: async (id: string) => (lookUp === null ? 0 : reconcileInvitation({ store, lookUp, events }, id)),
    idle: () => background.idle(),
  });
}
