import {
  argon2Passwords,
  memoryConnections,
  memoryUsers,
  Secret,
  type MemoryUser,
  type MemoryUsers,
} from 'express-enrollment';

/** Password of the administrator's account. */
export const adminPassword = 'velvet tram over the harbour';

export interface Accounts extends MemoryUsers {
  readonly admin: MemoryUser;
  /** Creates an account without a password. Its owner sets one by the link of a ticket. */
  add(email: string, name: string): Promise<MemoryUser>;
}

/** The accounts of the club, in memory. The administrator's exists from the start. */
export async function openAccounts(): Promise<Accounts> {
  const store = memoryUsers({ connections: memoryConnections() });
  let count = 0;

  const create = (email: string, name: string, passwordHash: string | null): Promise<MemoryUser> => {
    const key = `by-administrator:${String((count += 1))}`;
    const row = (userId: string | number) =>
      ({ redemption_key: key, enrollment_id: key, invitation_id: null, user_id: String(userId) }) as const;
    const account = { username: null, email, name, passwordHash, data: {} };
    return store.users.create(account, { key, enrollmentId: key, invitation: null, row });
  };
  const passwordHash = await argon2Passwords().hash(new Secret(adminPassword));
  const admin = await create('admin@club.example', 'Club office', passwordHash);
  return { ...store, admin, add: (email, name) => create(email, name, null) };
}
