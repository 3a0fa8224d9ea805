import type { Accounts } from './accounts.js';
import type { InvitationGate } from './invitation-gate.js';
import type { Passwords } from './passwords.js';

/** The ports that stages and policies may use, by name. */
export interface Services {
  readonly accounts: Accounts;
  readonly invitations: InvitationGate;
  readonly passwords: Passwords;
}
