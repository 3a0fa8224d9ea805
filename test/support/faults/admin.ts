import { createEnrollment, inviteSignupFlow, sessionLogin, type Enrollment } from '../../../lib/index.js';
import { sqliteUsers } from '../../../lib/sql.js';

/**
 * An administrator who creates and reads invitations for servers in other processes, with their Redis, secret and
 * users.
 */
export interface AdminClient {
  readonly invitations: Enrollment<unknown>['invitations'];
  countsOf(id: string): Promise<{ state: string; redeemed: number; claimed: number; lapsed: number }>;
  close(): Promise<void>;
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

export function adminClientOf(seat: {
  readonly baseUrl: string;
  readonly secret: string;
  readonly redis: string;
  readonly database: string;
}): AdminClient {
  const store = sqliteUsers(seat.database);
  const { invitations, close } = createEnrollment({
    baseUrl: seat.baseUrl,
    secret: seat.secret,
    redis: seat.redis,
    users: store.users,
    redemptions: store.redemptions,
    login: sessionLogin(),
    flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] })],
    logger: silent,
    production: false,
  });
  return {
    invitations,
    async countsOf(id) {
      await invitations.reconcile(id);
      const found = (await invitations.list({ limit: 1000 })).items.find((one) => one.id === id);
      if (found === undefined) throw new Error(`there is no invitation ${id}`);
      const { state, redeemed, claimed, lapsed } = found;
      return { state, redeemed, claimed, lapsed };
    },
    async close() {
      await close();
      await store.close();
    },
  };
}
