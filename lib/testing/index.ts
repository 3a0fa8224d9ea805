export { authenticatorsContract, type AuthenticatorsUnderTest } from './contracts/authenticators.js';
export {
  connectionsContract,
  type ConnectionsContractOptions,
  type ConnectionsUnderTest,
} from './contracts/connections.js';
export { consentsContract } from './contracts/consents.js';
export { ticketStoreContract } from './contracts/ticket-store.js';
export type { ContractCase } from './contracts/contract.js';
export { ephemeralStoreContract } from './contracts/ephemeral-store.js';
export { flowStoreContract } from './contracts/flow-store.js';
export { invitationStoreContract } from './contracts/invitation-store.js';
export { mailerContract } from './contracts/mailer.js';
export { rateLimiterContract } from './contracts/rate-limiter.js';
export { mailRecordsContract } from './contracts/mail-records.js';
export { mailSuppressionsContract } from './contracts/mail-suppressions.js';
export { outboxContract } from './contracts/outbox.js';
export { passwordsContract } from './contracts/passwords.js';
export { planStoreContract } from './contracts/plan-store.js';
export { redeemContract } from './contracts/redeem.js';
export { redemptionsContract } from './contracts/redemptions.js';
export { userStoreContract } from './contracts/user-store.js';
export { waitlistStoreContract } from './contracts/waitlist-store.js';
export { memoryAuthenticators } from '../stores/memory/authenticators.js';
export { fakeClock, type FakeClock } from './fake-clock.js';
export {
  mailScanner,
  type MailScanner,
  type MailScannerSettings,
  type ScannedRequest,
  type ScannerPage,
} from './mail-scanner.js';
export { memoryMailer, type MemoryMailer } from './memory-mailer.js';
export { visit, type Visitor } from './visitor/visit.js';
