export type { AppStores } from './ports/app-stores.js';
export type { PlanStore, Replacement, StoredPlan } from './ports/plan-store.js';
export type {
  AccountOrigin,
  Claim,
  ClaimAnswer,
  Erasure,
  HoldAnswer,
  InvitationPage,
  InvitationQuery,
  InvitationRecord,
  InvitationSnapshot,
  InvitationStore,
  LapsedClaim,
  LedgerEntry,
  LedgerKind,
  NotedRefusal,
  Place,
  RefusalCause,
  Seat,
} from './ports/invitation-store.js';
export type { Count, Limits } from './ports/limits.js';
export type { OneTime } from './ports/one-time.js';
export type {
  DeliveryKind,
  FailedItem,
  Held,
  Outbox,
  OutboxCounts,
  OutboxItem,
  Taken,
  TakenItem,
} from './ports/outbox.js';
export type { WaitlistEntry, WaitlistQuery, WaitlistState, WaitlistStore } from './ports/waitlist-store.js';
