import type { Keyring } from '../base/keyring.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { MailQueue } from '../ports/mail-queue.js';
import type { Stores } from '../stores/stores.js';
import type { UserRecords } from '../users/forget-user.js';
import { composeAddressHistory } from './address-undo.js';
import { eraseTickets } from './tickets.js';

/** What the kit keeps about a user: all of it is removed with the account. */
export function composeUserRecords(
  tables: Pick<UserRecords, 'authenticators' | 'connections'>,
  parts: {
    readonly stores: Stores;
    readonly keyring: Keyring;
    readonly log: EnrollmentLogger;
    /** `null`: the app has no mailer. */
    readonly mails: MailQueue | null;
  },
): UserRecords {
  const { stores, keyring, log, mails } = parts;
  return {
    authenticators: tables.authenticators,
    connections: tables.connections,
    consents: stores.consents,
    tickets: { erase: (userId) => eraseTickets(stores, keyring, userId) },
    addressHistory: composeAddressHistory(stores, log),
    ...(mails === null ? {} : { mails }),
  };
}
