import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';
import { after, before, describe, it } from 'mocha';
import { accountOf } from '../support/account.js';
import { commandsInTheSource, documentedCommands, documentedRules } from '../support/faults/redis-permissions.js';
import { summaryOnceRedeemed } from '../support/http/await-redeemed.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import type { SeenCommand, SeenCommands } from '../support/redis-monitor.js';
import { tourFile } from '../support/flows/tour-file.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

/** Everything that the kit does with Redis: sign-ups, administration, refusals, sessions. */
async function aDayAt(testApp: TestApp): Promise<void> {
  const { invitations } = testApp.enrollment;
  await invitations.seed([{ customCode: 'SEEDED-WORD-1', uses: 3, expires: '2099-01-01T00:00:00Z' }]);
  const { id, code } = await invitations.create({ uses: 2, expires: '2099-01-01T00:00:00Z' });
  const unlimited = await invitations.create({ uses: 'unlimited', expires: '2099-01-01T00:00:00Z' });
  const revoked = await invitations.create();
  const visitors = Array.from({ length: 4 }, () => new Visitor(testApp));
  const [first, second, third, fourth] = visitors as [Visitor, Visitor, Visitor, Visitor];
  await first.open();
  await first.submit({ invite_code: 'WRONG-WORD' });
  for (const visitor of [first, second, third]) await visitor.enterCode(code);
  assert.equal((await first.submit(accountOf('day-first'))).status, 303);
  assert.equal((await second.submit(accountOf('day-first'))).status, 422);
  assert.equal((await second.submit(accountOf('day-second'))).status, 303);
  assert.equal((await third.submit(accountOf('day-third'))).status, 403);
  await fourth.signUp(unlimited.code, 'day-fourth');
  assert.equal(await fourth.me(), 'day-fourth');
  await fourth.client.post('/sign-out', {});
  assert.equal(await fourth.me(), null);
  const gone = new Visitor(testApp);
  await gone.enterCode(revoked.code);
  await gone.get(`${testApp.page}cancel/`);
  await gone.submit({});
  await summaryOnceRedeemed(2, testApp, id);
  await invitations.extend(id, { uses: 5 });
  await invitations.revoke(revoked.id);
  await invitations.reconcile(id);
  await invitations.ledger(id);
  await invitations.list({ limit: 10 });
  await invitations.explain(code);
  await invitations.explain('ABCD2345');
  const tour = { file: 'tour.yaml', text: tourFile('Tour', ['one']) };
  await testApp.enrollment.flows.import([tour], { by: 'ann' });
  await testApp.enrollment.flows.rollBack(0, { by: 'ann' });
  await testApp.enrollment.flows.versions();
  await testApp.enrollment.health();
}

/** Commands that this user must not be able to run. */
const beyond = [
  ['KEYS', '*'],
  ['FLUSHALL'],
  ['SCRIPT', 'FLUSH'],
  ['GET', 'other:key'],
  ['CONFIG', 'SET', 'maxmemory', '1'],
  ['ACL', 'LIST'],
] as const;

describe('what the kit does in Redis', () => {
  let redis: TestRedis;
  let client: Redis;
  let seen: SeenCommands;
  let commands: readonly SeenCommand[];
  before(async () => {
    redis = await startRedis();
    client = redis.client();
    const testApp = await openTestApp({
      redis: redis.url,
      clock: { now: () => Date.now() },
      flowFiles: { stored: true },
    });
    await testApp.enrollment.ready();
    // From here on every script is known by its text.
    await client.script('FLUSH');
    seen = await redis.monitor();
    await aDayAt(testApp);
    commands = await seen.commands();
    await testApp.close();
  });
  after(() => redis.stop());

  it('a script uses only the keys that it was given', async () => {
    let declared: ReadonlySet<string> = new Set();
    let looked = 0;
    for (const { name, args, source } of commands) {
      if (name === 'eval' || name === 'evalsha') declared = new Set(args.slice(2, 2 + Number(args[1])));
      // TIME is the only command in a script that has no key.
      if (source !== 'lua' || name === 'time') continue;
      const touched = await client.call('COMMAND', 'GETKEYS', name, ...args);
      for (const key of touched as string[]) {
        assert.ok(declared.has(key), `${name} ${key}`);
        looked += 1;
      }
    }
    assert.ok(looked > 100, `${looked}`);
  });

  it('it never scans all keys, and never flushes', () => {
    const used = new Set(commands.map(({ name }) => name));
    for (const name of ['keys', 'scan', 'hscan', 'sscan', 'zscan', 'flushall', 'flushdb', 'swapdb', 'rename', 'unlink'])
      assert.ok(!used.has(name), name);
  });

  it('docs/operations.md lists exactly the commands of scripts and stores', () => {
    assert.deepEqual(documentedCommands(), commandsInTheSource(), 'change the ACL line in docs/operations.md');
  });

  it('everything works with exactly the permissions in docs/operations.md', async () => {
    await client.call('ACL', 'SETUSER', 'enrollment', 'on', '>a-long-password', ...documentedRules());
    const testApp = await openTestApp({
      redis: `redis://enrollment:a-long-password@127.0.0.1:${redis.port}`,
      clock: { now: () => Date.now() },
      secret: 'G4tXw9LzQk2VnRb7YcHm5PdJs8FaUe3o',
      flowFiles: { stored: true },
    });
    await testApp.enrollment.ready();
    await aDayAt(testApp);
    assert.deepEqual(
      testApp.log
        .filter(({ level }) => level === 'error')
        .map(({ text, fields }) => `${text} ${String(fields['err'])}`),
      [],
    );
    await testApp.close();
    const denied = (await client.call('ACL', 'LOG')) as unknown[];
    assert.deepEqual(denied, []);
    const stranger = client.duplicate({ username: 'enrollment', password: 'a-long-password' });
    try {
      for (const [name = '', ...args] of beyond) await assert.rejects(stranger.call(name, ...args), /NOPERM/, name);
    } finally {
      stranger.disconnect();
    }
  });
});
