import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { systemClock } from '../lib/base/clock.js';
import { createKeyring } from '../lib/base/keyring.js';
import { Secret } from '../lib/base/secret.js';
import { randomCode } from '../lib/invitations/codes/generated-code.js';
import { createInvitations, type Invitations } from '../lib/invitations/invitations.js';
import type { CreatedInvitation } from '../lib/invitations/management/create.js';
import { recordOf } from '../lib/invitations/management/input.js';
import type { InvitationStore } from '../lib/ports/invitation-store.js';
import { createRedemptionTable } from '../lib/stores/memory/redemptions.js';
import { createConnection } from '../lib/stores/redis/connection.js';
import { createRedisInvitationStore } from '../lib/stores/redis/invitation-store.js';
import { createKeys } from '../lib/stores/redis/keys.js';
import { createRedisRateLimiter } from '../lib/stores/redis/rate-limiter.js';
import { median } from './figures.js';
import { startRedis, type PrivateRedis } from './redis-process.js';
import { measurePlans } from './running-plans.js';
import { table } from './table.js';

const usage = `node .build/bench/invitations.js [options]
  --sizes 10,10000,1000000      how many invitations are there when it is measured
  --plans 1,1000,100000         how many plans run when it is measured
  --rounds 200                  calls per figure
  --bulk 10000                  rows of one createMany
Starts a Redis of its own on the loopback. A million invitations take some 2 GB there.`;

const keyring = createKeyring(['the secret of the measurements, 32 characters']);
const site = { origin: 'https://app.example', mount: '/join', secure: true };
const tenants = 100;
const batch = 200;

interface Bench {
  readonly store: InvitationStore;
  readonly invitations: Invitations;
  close(): void;
}

function openBench(redis: PrivateRedis): Bench {
  const client = new Redis(redis.port, '127.0.0.1');
  const parts = { redis: createConnection(client), keys: createKeys('bench:') };
  const store = createRedisInvitationStore(parts);
  const invitations = createInvitations({
    store,
    redemptions: createRedemptionTable(),
    keyring,
    clock: systemClock,
    rateLimiter: createRedisRateLimiter(parts),
    attempts: { consume: async () => ({ over: false }), reward: async () => undefined },
    events: () => undefined,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    site,
    defaultFlow: () => 'invite',
  });
  return { store, invitations, close: () => client.disconnect() };
}

/** Inserts what the store itself would write, one batch of round trips at a time; returns the last codes. */
async function fill({ store }: Bench, from: number, to: number): Promise<readonly string[]> {
  let codes: string[] = [];
  for (let start = from; start < to; start += batch) {
    codes = Array.from({ length: Math.min(batch, to - start) }, () => randomCode());
    await store.createAll(
      codes.map((text, at) => {
        const number = start + at;
        const input = {
          uses: 3,
          label: `fair ${number}`,
          tenant: `tenant-${number % tenants}`,
          email: `guest-${number}@example.com`,
        };
        return recordOf({ keyring, clock: systemClock, site }, input, { kind: 'generated', text });
      }),
    );
  }
  return codes;
}

/** Median and 99th percentile of a call, in milliseconds. */
async function latency(rounds: number, work: (round: number) => Promise<unknown>): Promise<string> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await work(round);
    took.push(performance.now() - start);
  }
  const worst = took.toSorted((a, b) => a - b)[Math.floor(took.length * 0.99)] ?? NaN;
  return `${median(took).toFixed(2)} / ${worst.toFixed(2)}`;
}

async function rowFor(bench: Bench, size: number, codes: readonly string[], rounds: number): Promise<string[]> {
  const { manager, gate } = bench.invitations;
  const deep = await manager.list({ limit: 500 });
  const codeAt = (round: number): string => codes[round % codes.length] ?? '';
  const cells = [
    await latency(rounds, () => manager.list({ limit: 50 })),
    await latency(rounds, () => manager.list({ limit: 50, after: deep.next ?? '' })),
    await latency(rounds, (round) => manager.forTenant(`tenant-${round % tenants}`).list({ limit: 50 })),
    await latency(rounds, (round) => manager.list({ limit: 50, search: `guest-${round % size}` })),
    await latency(rounds, (round) => manager.explain(codeAt(round))),
    await latency(rounds, (round) =>
      gate.validate({
        code: new Secret(codeAt(round)),
        flow: 'invite',
        enrollmentId: `plan ${round}`,
        address: '203.0.113.7',
        email: `guest-${size - codes.length + (round % codes.length)}@example.com`,
      }),
    ),
  ];
  return [size.toLocaleString('en'), ...cells];
}

async function bulkSeconds({ invitations }: Bench, rows: number): Promise<string> {
  const input = Array.from({ length: rows }, (_, at) => ({ email: `bulk-${at}@example.net`, label: `bulk ${at}` }));
  const start = performance.now();
  const made = await invitations.manager.createMany(input);
  const seconds = (performance.now() - start) / 1000;
  const good = made.filter((row): row is typeof row & CreatedInvitation => row.type === 'created').length;
  return `createMany of ${rows.toLocaleString('en')}: ${good.toLocaleString('en')} made in ${seconds.toFixed(2)} s, ${Math.round(good / seconds).toLocaleString('en')} a second`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sizes: { type: 'string', default: '10,10000,1000000' },
      plans: { type: 'string', default: '1,1000,100000' },
      rounds: { type: 'string', default: '200' },
      bulk: { type: 'string', default: '10000' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(`${usage}\n`);
  const redis = await startRedis(null);
  const bench = openBench(redis);
  try {
    process.stdout.write(`Node ${process.versions.node}, Redis ${redis.version}, one connection on the loopback\n\n`);
    process.stdout.write(`${await bulkSeconds(bench, Number(values.bulk))}\n`);
    await redis.empty();
    const rows: string[][] = [];
    let there = 0;
    for (const size of values.sizes.split(',').map(Number)) {
      const start = performance.now();
      const codes = await fill(bench, there, size);
      process.stderr.write(`… ${size} invitations, ${((performance.now() - start) / 1000).toFixed(0)} s to fill\n`);
      there = size;
      const row = await rowFor(bench, size, codes, Number(values.rounds));
      rows.push([...row, `${Math.round((await redis.usedMemory()) / 1_000_000)} MB`]);
    }
    const head = ['invitations', 'first page', 'page 11', 'tenant page', 'search', 'explain', 'validate', 'in Redis'];
    process.stdout.write(
      `\n${table(head, rows)}\n\nmilliseconds, median / 99th percentile of ${values.rounds} calls; pages of 50\n`,
    );
    await redis.empty();
    const plans = await measurePlans(redis, values.plans.split(',').map(Number), Number(values.rounds), latency);
    process.stdout.write(`\n${table(['running plans', 'load', 'begin', 'go on', 'in Redis'], plans)}\n`);
  } finally {
    bench.close();
    await redis.stop();
  }
}

await main();
