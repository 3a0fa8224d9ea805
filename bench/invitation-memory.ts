import { Redis } from 'ioredis';
import { systemClock } from '../lib/base/clock.js';
import { randomId, randomToken } from '../lib/base/ids.js';
import { createKeyring } from '../lib/base/keyring.js';
import { randomCode } from '../lib/invitations/codes/generated-code.js';
import { recordOf } from '../lib/invitations/management/input.js';
import { createConnection } from '../lib/stores/redis/connection.js';
import { createRedisInvitationStore } from '../lib/stores/redis/invitation-store.js';
import { createKeys } from '../lib/stores/redis/keys.js';
import type { PrivateRedis } from './redis-process.js';

/** Bytes in Redis for one single-use invitation, including its share of the indexes and its history. */
export interface InvitationMemory {
  readonly unused: number;
  readonly redeemed: number;
}

const count = 2000;
const site = { origin: 'https://app.example', mount: '/join', secure: true };

export async function measureInvitations(redis: PrivateRedis): Promise<InvitationMemory> {
  await redis.empty();
  const client = new Redis(redis.port, '127.0.0.1');
  try {
    const store = createRedisInvitationStore({ redis: createConnection(client), keys: createKeys('enrollment:') });
    const keyring = createKeyring(['the secret of the measurements, 32 characters']);
    const records = Array.from({ length: count }, () =>
      recordOf({ keyring, clock: systemClock, site }, { uses: 1 }, { kind: 'generated', text: randomCode() }),
    );
    const before = await redis.usedMemory();
    for (let at = 0; at < count; at += 500) await store.createAll(records.slice(at, at + 500), 'an administrator');
    const created = await redis.usedMemory();
    for (const { id } of records) {
      // An enrollment's id is a token of 128 bits; a user's id is a UUID in most tables.
      const plan = randomToken(16);
      const claim = await store.claim({ id, plan, leaseSeconds: 60 });
      if (claim.type !== 'claimed') throw new Error(`an invitation could not be claimed: ${claim.type}`);
      await store.commit({ id, seat: claim.seat, plan, user: randomId() });
    }
    const redeemed = await redis.usedMemory();
    return { unused: (created - before) / count, redeemed: (redeemed - before) / count };
  } finally {
    client.disconnect();
    await redis.empty();
  }
}
