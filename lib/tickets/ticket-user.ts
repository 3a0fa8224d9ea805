import { canonicalEmail } from '../base/canonical.js';
import { EnrollmentError } from '../base/error.js';
import type { TicketUser } from '../ports/tickets.js';
import type { UserStore } from '../ports/user-store.js';

/** The account that a call names. @throws ERR_ENROLLMENT_UNKNOWN_USER (404) */
export async function findTicketUser<User>(users: UserStore<User>, who: TicketUser): Promise<User> {
  const user = 'user' in who ? await users.findById(who.user) : await findByAddress(users, who.email);
  if (user !== null) return user;
  // Neither the id nor the address: errors are logged.
  throw new EnrollmentError('ERR_ENROLLMENT_UNKNOWN_USER', 'there is no such account', { status: 404 });
}

async function findByAddress<User>(users: UserStore<User>, email: string): Promise<User | null> {
  const address = canonicalEmail(email);
  return address === null ? null : users.findByLogin('email', address);
}
