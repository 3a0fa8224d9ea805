import { createPasswordAttempts } from '../limits/password-attempts.js';
import type { EventSink } from '../ports/events.js';
import type { InvitationGate } from '../ports/invitation-gate.js';
import type { Redeem } from '../ports/redeem.js';
import type { Services } from '../ports/services.js';
import type { UserStore } from '../ports/user-store.js';
import type { WaitingListDesk } from '../ports/waiting-list.js';
import type { Stores } from '../stores/stores.js';
import { createAccounts } from '../users/accounts.js';
import { answeringRedemptions } from '../users/answering-users.js';
import { argon2Passwords } from '../users/argon2-passwords.js';
import { createCredentials } from '../users/credentials.js';
import { gatedAccounts } from '../users/gated-accounts.js';
import type { Flow } from '../flow/flow.js';
import type { EnrollmentConfig } from './options.js';

/** What stages and policies may use. */
export function joinServices<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: {
    readonly stores: Stores;
    readonly events: EventSink;
    readonly users: UserStore<User>;
    readonly gate: InvitationGate;
    readonly redeem: Redeem;
    readonly waitingList: WaitingListDesk;
  },
): Services {
  const { stores, events, users, gate, redeem, waitingList } = parts;
  const { log, registration } = config;
  const redemptions = config.redemptions === null ? null : answeringRedemptions(config.redemptions);
  const accounts = createAccounts({ users, redemptions, redeem, connections: config.connections });
  const passwords = config.passwords ?? argon2Passwords();
  const attempts = createPasswordAttempts({ limits: stores.limits, events, ...config.passwordAttempts });
  const credentials = createCredentials({ users, passwords, attempts, events, log });
  return Object.freeze<Services>({
    accounts: registration === 'open' ? accounts : gatedAccounts(accounts, log),
    credentials: asksForPasswords(config.flows) ? credentials : { ...credentials, welcome: () => Promise.resolve() },
    invitations: gate,
    passwords,
    waitingList,
  });
}

/** Where nobody signs in by a password, nobody's guesses can keep anybody out: nothing has to be noted. */
function asksForPasswords(flows: readonly Flow[]): boolean {
  return flows.some(({ bindings }) => bindings.some(({ stage }) => stage.requires.includes('credentials')));
}
