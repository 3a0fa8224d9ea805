import { systemClock, type EnrollmentClock } from '../base/clock.js';
import type { AppRegistry } from '../ports/app-registry.js';
import type { AppStores } from '../ports/app-stores.js';
import type { Consents } from '../ports/consents.js';
import type { InvitationStore } from '../ports/invitation-store.js';
import type { RateLimiter } from '../ports/rate-limiter.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { MailRecords } from '../ports/mail-records.js';
import type { MailSuppressions } from '../ports/mail-suppressions.js';
import type { Outbox } from '../ports/outbox.js';
import type { SessionClient } from '../ports/session-client.js';
import type { SessionRegistry } from '../ports/session-registry.js';
import type { TicketStore } from '../ports/ticket-store.js';
import type { FlowStore } from '../ports/flow-store.js';
import type { PlanStore } from '../ports/plan-store.js';
import type { WaitlistStore } from '../ports/waitlist-store.js';
import { withTimeouts } from './app-stores.js';
import { createMemoryConsents } from './memory/consents.js';
import { createMemoryInvitationStore } from './memory/invitation-store.js';
import { createMemoryRateLimiter } from './memory/rate-limiter.js';
import { createMemoryEphemeralStore } from './memory/ephemeral-store.js';
import { createMemoryMailRecords } from './memory/mail-records.js';
import { createMemoryMailSuppressions } from './memory/mail-suppressions.js';
import { createMemoryOutbox } from './memory/outbox.js';
import { createMemorySessionClient } from './memory/session-client.js';
import { createMemorySessionRegistry } from './memory/session-registry.js';
import { createMemoryFlowStore } from './memory/flow-store.js';
import { createMemoryPlanStore } from './memory/plan-store.js';
import { createMemoryTicketLists } from './memory/ticket-lists.js';
import { createMemoryWaitlistStore } from './memory/waitlist-store.js';
import { createRedisAppRegistry } from './redis/app-registry.js';
import { whyItForgets, type Forgetting } from './redis/forgetting.js';
import { clockAheadMs } from './redis/clock-ahead.js';
import { createRedisConsents } from './redis/consents.js';
import { createKeys } from './redis/keys.js';
import { createRedisInvitationStore } from './redis/invitation-store.js';
import { createRedisRateLimiter } from './redis/rate-limiter.js';
import { createRedisEphemeralStore } from './redis/ephemeral-store.js';
import { createRedisMailRecords } from './redis/mail-records.js';
import { createRedisMailSuppressions } from './redis/mail-suppressions.js';
import { createRedisOutbox } from './redis/outbox.js';
import { createRedisFlowStore } from './redis/flow-store.js';
import { openRedis } from './redis/open-redis.js';
import { createRedisPlanStore } from './redis/plan-store.js';
import { createSessionClient } from './redis/session-client.js';
import { createRedisSessionRegistry } from './redis/session-registry.js';
import { createRedisTicketLists } from './redis/ticket-lists.js';
import { createRedisWaitlistStore } from './redis/waitlist-store.js';
import { createTicketStore } from './tickets/ticket-store.js';

export interface Stores {
  readonly kind: 'memory' | 'redis';
  readonly plans: PlanStore;
  readonly flows: FlowStore;
  readonly invitations: InvitationStore;
  readonly rateLimiter: RateLimiter;
  readonly ephemeralStore: EphemeralStore;
  readonly outbox: Outbox;
  readonly mails: MailRecords;
  readonly suppressions: MailSuppressions;
  readonly waitlist: WaitlistStore;
  readonly consents: Consents;
  readonly tickets: TicketStore;
  readonly apps: AppRegistry;
  /** The client of the session store, and the prefix of its keys. */
  readonly sessions: { readonly client: SessionClient; readonly prefix: string };
  /** The sessions of each user. */
  readonly sessionRegistry: SessionRegistry;
  /** Throws when the stores do not answer. */
  ping(): Promise<void>;
  /** Writes a value that expires. Throws when writes are not accepted, as by a replica or a full server. */
  probeWrites(): Promise<void>;
  /** Why they may lose data, and which causes cannot be checked. */
  whyTheyForget(): Promise<Forgetting>;
  /** By how many milliseconds their clock is ahead of `clock`. */
  clockAheadMs(): Promise<number>;
  close(): Promise<void>;
}

interface StoresParts {
  /** A URL or a client; `null`: memory. */
  readonly redis: string | object | null;
  readonly own: AppStores;
  readonly prefix: string;
  readonly clock: EnrollmentClock;
  readonly log: EnrollmentLogger;
}

/**
 * All stores: those of the app, and stores of one kind for the rest.
 * @throws ERR_ENROLLMENT_REDIS_CLIENT
 */
export function createStores({ own, ...parts }: StoresParts): Stores {
  const {
    plans,
    flows,
    invitations,
    ephemeral,
    rateLimiter,
    outbox,
    waitlist,
    consents,
    tickets,
    mails,
    suppressions,
  } = own;
  return {
    ...storesOfOneKind(parts),
    ...(plans && { plans: withTimeouts(plans, 'the store of plans') }),
    ...(flows && { flows: withTimeouts(flows, 'the store of flows') }),
    ...(invitations && { invitations: withTimeouts(invitations, 'the store of invitations') }),
    ...(ephemeral && { ephemeralStore: withTimeouts(ephemeral, 'the ephemeral store') }),
    ...(rateLimiter && { rateLimiter: withTimeouts(rateLimiter, 'the rate limiter') }),
    ...(outbox && { outbox: withTimeouts(outbox, 'the outbox') }),
    ...(waitlist && { waitlist: withTimeouts(waitlist, 'the waitlist') }),
    ...(tickets && { tickets: withTimeouts(tickets, 'the store of tickets') }),
    ...(mails && { mails: withTimeouts(mails, 'the records of mails') }),
    ...(suppressions && { suppressions: withTimeouts(suppressions, 'the store of suppressions') }),
    ...(consents && { consents: withTimeouts(consents, 'the store of consents') }),
  };
}

function storesOfOneKind({ redis: given, prefix, clock, log }: Omit<StoresParts, 'own'>): Stores {
  if (given === null) {
    return {
      kind: 'memory',
      plans: createMemoryPlanStore({ clock }),
      flows: createMemoryFlowStore(),
      invitations: createMemoryInvitationStore({ clock }),
      rateLimiter: createMemoryRateLimiter({ clock }),
      ephemeralStore: createMemoryEphemeralStore({ clock }),
      outbox: createMemoryOutbox({ clock }),
      mails: createMemoryMailRecords({ clock }),
      suppressions: createMemoryMailSuppressions(),
      waitlist: createMemoryWaitlistStore(),
      consents: createMemoryConsents(),
      tickets: createTicketStore(createMemoryTicketLists({ clock })),
      // Another app cannot reach this process's memory.
      apps: { register: () => Promise.resolve(), recent: () => Promise.resolve([]) },
      sessions: { client: createMemorySessionClient({ clock }), prefix: createKeys(prefix).sessions },
      sessionRegistry: createMemorySessionRegistry({ clock }),
      ping: () => Promise.resolve(),
      probeWrites: () => Promise.resolve(),
      whyTheyForget: () => Promise.resolve({ reasons: [], unknown: [] }),
      clockAheadMs: () => Promise.resolve(0),
      close: () => Promise.resolve(),
    };
  }
  const { connection: redis, close } = openRedis(given, log);
  const keys = createKeys(prefix);
  return {
    kind: 'redis',
    plans: createRedisPlanStore({ redis, keys }),
    flows: createRedisFlowStore({ redis, keys }),
    invitations: createRedisInvitationStore({ redis, keys }),
    rateLimiter: createRedisRateLimiter({ redis, keys }),
    ephemeralStore: createRedisEphemeralStore({ redis, keys }),
    outbox: createRedisOutbox({ redis, keys }),
    mails: createRedisMailRecords({ redis, keys }),
    suppressions: createRedisMailSuppressions({ redis, keys }),
    waitlist: createRedisWaitlistStore({ redis, keys }),
    consents: createRedisConsents({ redis, keys }),
    tickets: createTicketStore(createRedisTicketLists({ redis, keys })),
    apps: createRedisAppRegistry({ redis, key: keys.apps, clock: systemClock }),
    sessions: { client: createSessionClient(redis), prefix: keys.sessions },
    sessionRegistry: createRedisSessionRegistry({ redis, keys, clock }),
    ping: async () => {
      // On a cluster every master: invitations on a master that is down cannot be used.
      await Promise.all((await redis.nodes()).map((node) => node.call('PING')));
    },
    probeWrites: async () => {
      const masters = (await redis.nodes()).length;
      // Keys are distributed over slots at random; sixteen reach the masters of any usual cluster.
      const count = masters > 1 ? 16 : 1;
      await Promise.all(
        Array.from({ length: count }, (_, number) => redis.call('SET', keys.probe(number), clock.now(), 'EX', 60)),
      );
    },
    whyTheyForget: () => whyItForgets(redis),
    clockAheadMs: () => clockAheadMs(redis, clock),
    close,
  };
}
