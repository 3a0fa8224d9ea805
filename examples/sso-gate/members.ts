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

/** Of the accounts that were made before. */
export const oldPassword = 'velvet tram over the harbour';

export interface Members extends MemoryUsers {
  readonly connections: Connections;
  /** Whose account an identity is, of those whom nobody has connected yet. */
  findUser(identity: PendingIdentity): Promise<MemoryUser | null>;
}

/** Who the club knows to work at Acme, and under which user name they are members. */
const provisioned: ReadonlyMap<string, string> = new Map<PersonId, string>([['gus', 'gustav']]);
const switchedOff: ReadonlySet<string | null> = new Set(['hal']);

/** The club's accounts, in memory. Four people are there from the start, without any invitation. */
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
