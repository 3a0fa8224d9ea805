import { digest128 } from '../base/ids.js';
import type { Accounts } from '../ports/accounts.js';
import type { TicketGate, TicketInPlan, TicketUse } from '../ports/ticket-gate.js';
import { accountOf, changeOf } from './find-ticket.js';
import { markOf } from './ticket-keys.js';
import { useTicket, type UseParts } from './use-ticket.js';

export interface SetPasswordParts<User> extends UseParts<User> {
  readonly accounts: Pick<Accounts, 'changePassword' | 'update'>;
}

/** Uses a ticket to set the password of its account, its first one or a new one. */
export function setPassword<User>(
  parts: SetPasswordParts<User>,
  ticket: TicketInPlan,
  { plan, passwordHash, at, secondFactor }: Parameters<TicketGate['setPassword']>[1],
): Promise<TicketUse> {
  const { keyring, accounts } = parts;
  const { user } = ticket;
  return useTicket(parts, ticket, {
    plan,
    mark: markOf(keyring, 'password', user, digest128(passwordHash)),
    async write(account, content) {
      const isWritten = await accounts.changePassword(user, {
        passwordHash,
        at,
        // A password that is changed in between stays.
        seen: account.passwordHash === null ? '' : digest128(account.passwordHash),
        // A copy of a link that the kit mailed proves nothing of the mailbox.
        address: content.verifies && (!content.by_kit || ticket.mailed) ? account.address : null,
        first: true,
        secondFactor,
        holds: async () => changeOf(parts, ticket.purpose, content, await accountOf(parts, content)) === null,
      });
      return isWritten ? 'written' : 'password_changed';
    },
  });
}
