export type { AppStores } from './ports/app-stores.js';
export type { Authenticator, Authenticators } from './ports/authenticators.js';
export type { LinkedIdentity } from './ports/connections.js';
export type { OwnConnection, OwnConnections } from './ports/own-connections.js';
export type { OwnAuthenticator } from './ports/second-factors.js';
export type { Letter, Mail, Mailer, MailKind } from './ports/mailer.js';
export type { MailState, MailStatus, MailSubject } from './ports/mail-queue.js';
export type { MailRecord, MailRecords } from './ports/mail-records.js';
export type { MailSuppression, MailSuppressions } from './ports/mail-suppressions.js';
export type { Captcha, CaptchaAnswer, CaptchaChallenge, CaptchaForm, CaptchaServices } from './ports/captcha.js';
export type { Consent, Consents } from './ports/consents.js';
export type {
  TicketClaim,
  TicketClaimAnswer,
  TicketEnd,
  TicketPurpose,
  TicketRecord,
  TicketSnapshot,
  TicketStore,
} from './ports/ticket-store.js';
export type { CreatedTicket, Ticket, Tickets, TicketSettings, TicketState, TicketUser } from './ports/tickets.js';
export type { FlowStore, FlowStoreVersion, NewFlowStoreVersion } from './ports/flow-store.js';
export type { PlanReplacement, PlanStore, StoredPlan } from './ports/plan-store.js';
export type {
  AccountOrigin,
  SeatClaim,
  ClaimAnswer,
  Erasure,
  ReservationAnswer,
  InvitationPage,
  InvitationQuery,
  InvitationRecord,
  InvitationSnapshot,
  InvitationStore,
  LapsedClaim,
  LedgerEntry,
  LedgerKind,
  NotedRefusal,
  SeatRef,
  RefusalCause,
  InvitationSeat,
} from './ports/invitation-store.js';
export type { RateLimitCount, RateLimiter } from './ports/rate-limiter.js';
export type { EphemeralStore } from './ports/ephemeral-store.js';
export type {
  DeliveryKind,
  FailedItem,
  OutboxLease,
  Outbox,
  OutboxCounts,
  OutboxItem,
  TakenItems,
  TakenItem,
} from './ports/outbox.js';
export type { WaitlistEntry, WaitlistQuery, WaitlistState, WaitlistStore } from './ports/waitlist-store.js';
