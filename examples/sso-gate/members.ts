import {
  argon2Passwords,
  memoryConnections,
  memoryUsers,
  Secret,
  type Connections,
  type PendingIdentity,
  type MemoryUser,
  type MemoryUsers,
  type NewAccount,
} from 'express-enrollment';
import type { PersonId } from './people.js';

/** Password of the accounts that exist from the start. */
export const oldPassword = 'velvet tram over the harbour';

export interface Members extends MemoryUsers {
  readonly connections: Connections;
  /** The account of an identity that is not connected yet. */
  findUser(identity: PendingIdentity): Promise<MemoryUser | null>;
}

/** Usernames of members who are known to have this `sub` at Acme. */
const provisioned: ReadonlyMap<string, string> = new Map<PersonId, string>([['gus', 'gustav']]);
const switchedOff: ReadonlySet<string | null> = new Set(['hal']);

/** The club's accounts, in memory. Four exist from the start, without an invitation. */
export async function openMembers(issuer: string): Promise<Members> {
  const connections = memoryConnections();
  const store = memoryUsers({ connections });
  const passwordHash = await argon2Passwords().hash(new Secret(oldPassword));

  const join = (username: string, email: string): Promise<MemoryUser> => {
    const account: NewAccount = { username, email, name: null, passwordHash, data: {} };
    const key = `before:${username}`;
    const row = (userId: string | number) =>
      ({ redemption_key: key, enrollment_id: key, invitation_id: null, user_id: String(userId) }) as const;
    return store.users.create(account, { key, enrollmentId: key, invitation: null, row });
  };
  await join('admin', 'admin@club.example');
  await join('fay-fisher', 'fay@example.com');
  await join('gustav', 'gus@home.example');
  const hal = await join('hal', 'hal@example.com');
  await connections.link(hal.id, { source: 'acme', issuer, subject: 'hal' });

  return {
    users: {
      ...store.users,
      toProfile: (user) => ({ ...store.users.toProfile(user), active: !switchedOff.has(user.username) }),
    },
    redemptions: store.redemptions,
    connections,
    async findUser({ source, subject }) {
      const username = source === 'acme' ? provisioned.get(subject) : undefined;
      return username === undefined ? null : store.users.findByLogin('username', username);
    },
  };
}
