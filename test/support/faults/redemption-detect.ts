import type { createInvitations } from '../../../lib/invitations/invitations.js';
import type { createMemoryInvitationStore } from '../../../lib/stores/memory/invitation-store.js';
import type { RedisConnection } from '../../../lib/stores/redis/connection.js';
import type { createRedisInvitationStore } from '../../../lib/stores/redis/invitation-store.js';
import { createKeys } from '../../../lib/stores/redis/keys.js';
import type { ContractCase } from '../../../lib/testing/contracts/contract.js';
import { invitationStoreContract } from '../../../lib/testing/contracts/invitation-store.js';
import type { redeemContract } from '../../../lib/testing/contracts/redeem.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { protocolCases } from './protocol-cases.js';
import type { Load } from './redemption-mutate.js';
import { playHistories } from './redemption-run.js';
import { createModelUsers } from './redemption-users.js';
import { memorySubject, redisSubject } from './redemption-worlds.js';
import { holdCases } from './reservation-cases.js';

interface Protocol {
  readonly createInvitations: typeof createInvitations;
}
interface Contracts {
  readonly redeemContract: typeof redeemContract;
}

/** How a mutant was detected: by a directed history, by a random one, or not at all. */
export type Detection = { readonly by: 'directed' | 'random'; readonly what: string } | null;

export interface Effort {
  /** Maximum number of random histories, from seed 1 on. */
  readonly histories: number;
}

export async function detectInMemory(load: Load, { histories }: Effort): Promise<Detection> {
  const store = await load<{ readonly createMemoryInvitationStore: typeof createMemoryInvitationStore }>(
    'stores/memory/invitation-store.js',
  );
  const open = async () => {
    const clock = fakeClock();
    return { store: store.createMemoryInvitationStore({ clock }), now: clock.now, advance: clock.advance };
  };
  const { protocol, cases } = await protocolAndCases(load, open);
  return (await directed(cases)) ?? random(memorySubject({ ...protocol, ...store }), histories);
}

export async function detectInRedis(load: Load, redis: RedisConnection, { histories }: Effort): Promise<Detection> {
  const store = await load<{ readonly createRedisInvitationStore: typeof createRedisInvitationStore }>(
    'stores/redis/invitation-store.js',
  );
  const open = async () => {
    const clock = fakeClock();
    await redis.call('FLUSHALL');
    return {
      store: store.createRedisInvitationStore({ redis, keys: createKeys('mutant:'), skewMs: clock.skew }),
      now: clock.now,
      advance: clock.advance,
    };
  };
  const { protocol, cases } = await protocolAndCases(load, open);
  return (await directed(cases)) ?? random(redisSubject(redis, { ...protocol, ...store }), histories);
}

/** The protocol, and every case of the contracts that it and a store must keep. */
async function protocolAndCases(load: Load, open: Parameters<typeof invitationStoreContract>[0]) {
  const protocol = await load<Protocol>('invitations/invitations.js');
  const { redeemContract } = await load<Contracts>('testing/contracts/redeem.js');
  const cases = [
    ...redeemContract(async () => ({ ...(await open()), ...table() })),
    ...invitationStoreContract(open),
    ...holdCases(open),
    ...protocolCases(protocol.createInvitations, open),
  ];
  return { protocol, cases };
}

function table() {
  const users = createModelUsers();
  return {
    redemptions: users,
    insert: async (row: Parameters<typeof users.insert>[0]) => users.insert(row, row.user_id),
  };
}

async function directed(cases: readonly ContractCase[]): Promise<Detection> {
  for (const { title, run } of cases) {
    const outcome = await Promise.race([
      run().then(
        () => 'kept',
        () => 'broken',
      ),
      new Promise<string>((resolve) => setTimeout(resolve, 3000, 'hangs').unref()),
    ]);
    if (outcome !== 'kept') return { by: 'directed', what: title };
  }
  return null;
}

async function random(subject: Parameters<typeof playHistories>[0], histories: number): Promise<Detection> {
  const wrong = await playHistories(subject, 1, histories);
  return wrong === null ? null : { by: 'random', what: `seed ${wrong.seed}: ${wrong.violations.join('; ')}` };
}
