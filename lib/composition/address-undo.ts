import { undoFlowOf } from '../flows/undo-address-change.js';
import { flowLinkParameter, flowPath } from '../http/links.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { AddressUndo } from '../ports/address-undo.js';
import type { EventSink } from '../ports/events.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { FlowLinks } from '../ports/flow-links.js';
import type { SessionsService } from '../ports/user-sessions.js';
import type { MailNotices } from '../ports/mail-notices.js';
import type { Passwords } from '../ports/passwords.js';
import type { UserStore } from '../ports/user-store.js';
import type { Stores } from '../stores/stores.js';
import { endFlowLinks } from '../tickets/flow-links.js';
import { createAddressHistory, type AddressHistory } from '../users/address-history.js';
import { createAddressUndo } from '../users/address-undo.js';
import { createRehashedPasswords } from '../users/rehashed-passwords.js';
import type { PrepareUndo } from '../users/prepare-undo.js';
import type { UserRecords } from '../users/forget-user.js';
import type { ReleaseParts } from '../users/release-address.js';

/** Composes the way back after a change of an address; `null` where no flow leads back. */
export function composeAddressUndo<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: Pick<ReleaseParts<User>, 'accountLock' | 'releasing'> & {
    readonly stores: Stores;
    readonly users: UserStore<User>;
    readonly records: UserRecords;
    readonly passwords: Passwords;
    readonly flowLinks: FlowLinks;
    readonly mailNotices: MailNotices;
    readonly sessions: Pick<SessionsService, 'endAll'>;
    readonly events: EventSink;
  },
): (AddressUndo & { readonly prepare: PrepareUndo<User> }) | null {
  const { site, clock, logger: log } = config;
  const flow = undoFlowOf(config.flows)?.slug;
  if (flow === undefined || parts.users.update === undefined) return null;
  return createAddressUndo({
    ...parts,
    rehashed: createRehashedPasswords(parts.stores.ephemeralStore),
    history: composeAddressHistory(parts.stores, log),
    clock,
    log,
    endSessions: (userId) => parts.sessions.endAll(userId),
    flow,
    linkUrl: (token) => `${site.origin}${flowPath({ site }, flow)}?${flowLinkParameter}=${token}`,
  });
}

/** What is kept of the changes of addresses, with the links that undo them. */
export function composeAddressHistory(
  { ephemeralStore }: Pick<Stores, 'ephemeralStore'>,
  log: EnrollmentLogger,
): AddressHistory {
  return createAddressHistory({
    ephemeralStore,
    endLinks: (ids, cause) => endFlowLinks(ephemeralStore, ids, cause),
    log,
  });
}
