import {
  createEnrollment,
  inviteSignupFlow,
  sessionLogin,
  type CreatedInvitation,
  type Enrollment,
  type InvitationInput,
  type InvitationSummary,
} from '../../lib/index.js';
import { sqliteUsers } from '../../lib/sql.js';

/**
 * An administrator of servers in other processes, with their Redis, secret and SQLite file: creates invitations and
 * counts them.
 */
export interface Administrator {
  readonly invitations: Enrollment<unknown>['invitations'];
  /** One that is valid for one account by default. */
  invite(input?: InvitationInput): Promise<CreatedInvitation>;
  /** The invitation's counts once every claim with an expired lease is settled. */
  countsOf(id: string): Promise<Pick<InvitationSummary, 'state' | 'redeemed' | 'claimed' | 'lapsed'>>;
  close(): Promise<void>;
}

export interface Workplace {
  readonly redis: string;
  readonly secret: string;
  readonly database: string;
  readonly baseUrl: string;
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

export function administratorOf({ redis, secret, database, baseUrl }: Workplace): Administrator {
  const store = sqliteUsers(database);
  const { invitations, close } = createEnrollment({
    baseUrl,
    secret,
    redis,
    users: store.users,
    redemptions: store.redemptions,
    login: sessionLogin(),
    flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] })],
    logger: silent,
    production: false,
  });
  return {
    invitations,
    invite: (input = { uses: 1 }) => invitations.create(input),
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
