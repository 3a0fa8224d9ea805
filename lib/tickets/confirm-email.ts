import { unsealValue } from '../base/sealed-value.js';
import type { TicketGate, TicketInPlan, TicketUse } from '../ports/ticket-gate.js';
import { readTicket, unknownTicket } from './find-ticket.js';
import type { SetPasswordParts } from './set-password.js';
import { contentOf, type TicketContent } from './ticket-content.js';
import { markOf } from './ticket-keys.js';
import { useTicket } from './use-ticket.js';

/** Uses a ticket to mark the account's address as proved, or to give it the new address that the link was sent to. */
export async function confirmEmail<User>(
  parts: SetPasswordParts<User>,
  ticket: TicketInPlan,
  { plan, announcement, holds }: Parameters<TicketGate['confirmEmail']>[1],
): Promise<TicketUse> {
  const { keyring, accounts } = parts;
  const { user } = ticket;
  const snapshot = await readTicket(parts, [ticket]);
  const content = snapshot === null ? null : contentOf(snapshot.record.content);
  const address = content === null ? null : await addressOf(parts, content);
  if (content === null || address === null || !content.verifies || (content.by_kit && !ticket.mailed))
    return { type: 'refused', refused: unknownTicket };
  return useTicket(parts, ticket, {
    plan,
    mark: markOf(keyring, 'address', user, address),
    async write(account) {
      const relied = { address: account.address, holds };
      const updated = await accounts.update(user, { email: address, proved: address, relied, announcement });
      if (updated.type === 'updated') return 'written';
      if (updated.type === 'outdated') return 'address_changed';
      return updated.type === 'gone' ? 'deactivated' : 'address_taken';
    },
  });
}

/** The address that the ticket proves: the new one, or the account's. */
async function addressOf<User>(
  parts: SetPasswordParts<User>,
  { new_address, user }: TicketContent,
): Promise<string | null> {
  if (new_address === null) return (await accountAddress(parts, user)) ?? null;
  const opened = await unsealValue(parts.keyring, { purpose: 'ticket-address', seconds: null }, new_address, 0);
  return typeof opened?.['address'] === 'string' ? opened['address'] : null;
}

async function accountAddress<User>({ users }: SetPasswordParts<User>, id: string): Promise<string | null> {
  const user = await users.findById(id);
  return user === null ? null : (users.toProfile(user).email ?? null);
}
