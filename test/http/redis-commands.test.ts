import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { accountOf, password } from '../support/account.js';
import { summaryOnceRedeemed } from '../support/http/await-redeemed.js';
import { openTestApp, secrets, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import type { SeenCommand, SeenCommands } from '../support/redis-monitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

describe('commands that Redis receives during a signup', () => {
  let redis: TestRedis;
  let testApp: TestApp;
  let seen: SeenCommands;
  let visitor: Visitor;
  let code: string;
  let id: string;
  before(async () => {
    redis = await startRedis();
    testApp = await openTestApp({ redis: redis.url, clock: { now: () => Date.now() } });
    await testApp.enrollment.ready();
    // From here on Redis knows every script.
    const first = await testApp.enrollment.invitations.create();
    const early = new Visitor(testApp);
    await early.open();
    await early.submit({ invite_code: 'WRONG-WORD' });
    await early.signUp(first.code, 'first');
    await early.me();
    await summaryOnceRedeemed(1, testApp, first.id);
    // Batched commands have been sent by now.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    seen = await redis.monitor();
  });
  beforeEach(async () => {
    visitor = new Visitor(testApp);
    ({ code, id } = await testApp.enrollment.invitations.create());
    await seen.clear();
  });
  after(async () => {
    await testApp.close();
    await redis.stop();
  });

  /** The commands that the kit itself sent: without those run by scripts and the test's own queries. */
  const sent = (commands: readonly SeenCommand[]): readonly string[] =>
    commands.filter(({ source }) => source !== 'lua').map(({ name }) => name);

  /** Points are given back by a timer that no answer waits for: in one command, or in more when the machine is slow. */
  const givesPointsBack = (command: SeenCommand): boolean => {
    const { args } = command;
    const count = Number(args[1]);
    return countsPoints(command) && args.slice(2, 2 + count).every((_key, at) => Number(args[2 + count + at * 3]) < 0);
  };

  /** The count of wrong codes of all clients is sent by a timer too. */
  const countsPoints = ({ name, args }: SeenCommand): boolean => {
    const count = Number(args[1]);
    return name === 'evalsha' && count > 0 && args.slice(2, 2 + count).every((key) => key.includes(':limit:'));
  };

  /** A process reads the epoch of sessions once a second at most, whatever the number of its requests. */
  const readsEpoch = ({ name, args }: SeenCommand): boolean =>
    name === 'evalsha' && args[2] === 'enrollment:session-epoch' && args[3] === 'read';

  it('the first page without cookies, a link, HEAD, 404, 405 and a forged form: no command', async () => {
    await visitor.open();
    await new Visitor(testApp).open(`${testApp.page}?invite=${code}&next=/courses`);
    await visitor.send('HEAD', testApp.page);
    await visitor.get('/if/flow/other/');
    await visitor.send('PUT', testApp.page);
    await new Visitor(testApp).post(testApp.page, { invite_code: code });
    const other = new Visitor(testApp);
    assert.deepEqual(
      sent(await seen.commands()).filter((name) => name !== 'get'),
      [],
    );
    await seen.clear();
    await other.open();
    assert.deepEqual(await seen.commands(), []);
  });

  it('counts of commands, step by step', async function () {
    const counts: [string, readonly string[]][] = [];
    const step = async (what: string, act: () => Promise<unknown>, waitMs = 50): Promise<void> => {
      await seen.clear();
      await act();
      // Commands that no request awaits count too, once they have arrived.
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      const commands = await seen.commands();
      const counted = commands.filter((one) => !readsEpoch(one));
      const [back, others] = [counted.filter(givesPointsBack), counted.filter((one) => !givesPointsBack(one))];
      counts.push([what, sent([...others, ...back.slice(0, 1)])]);
    };
    await step('GET, first', () => visitor.get(testApp.page));
    // The global counter and the support record are batched: at most two more commands per second.
    await step('POST code, wrong', () => visitor.submit({ invite_code: 'WRONG-WORD' }), 1200);
    await step('POST code, right', () => visitor.submit({ invite_code: code }));
    await step('GET account', () => visitor.get(testApp.page));
    await step('POST account, refused', () => visitor.submit({ username: 'a b' }));
    await step('POST account, written', () => visitor.submit(accountOf('counted')));
    await step('GET, signed in', () => visitor.get(testApp.page));
    const most: Readonly<Record<string, number>> = {
      'GET, first': 0,
      'POST code, wrong': 4,
      'POST code, right': 4,
      'GET account': 1,
      'POST account, refused': 3,
      // One of them records the session, another which form writes the account.
      'POST account, written': 10,
      'GET, signed in': 2,
    };
    for (const [what, names] of counts) assert.ok(names.length <= (most[what] ?? 0), `${what}: ${names.join(' ')}`);
    this.test!.title += ` (${counts.map(([what, names]) => `${what}: ${names.length}`).join('; ')})`;
    if (process.env['SHOW_COMMANDS'] !== undefined)
      process.stdout.write(`${counts.map(([what, names]) => `${what}: ${names.join(' ')}`).join('\n')}\n`);
  });

  it('never the password, code, plan token, session secret or ours; no KEYS, SCAN or FLUSH', async () => {
    await visitor.open(`${testApp.page}?invite=${code}`);
    const planToken = visitor.client.cookies.get('enrollment.plan.invite') ?? '';
    await visitor.submit({ invite_code: `${code.slice(0, -1)}${code.endsWith('7') ? '8' : '7'}` });
    await visitor.submit({ invite_code: 'MY-OLD-PASSWORD-1' });
    await visitor.follow(await visitor.submit({ invite_code: code.toLowerCase() }));
    await visitor.submit({ ...accountOf('unseen'), password_repeat: 'some other words entirely' });
    assert.equal((await visitor.submit(accountOf('unseen'))).status, 303);
    await summaryOnceRedeemed(1, testApp, id);
    assert.equal(await visitor.me(), 'unseen');
    const commands = await seen.commands();
    assert.ok(commands.length > 20);
    const all = commands
      .map(({ name, args }) => `${name} ${args.join(' ')}`)
      .join('\n')
      .toUpperCase();
    const bare = all.replaceAll('-', '').replaceAll(' ', '');
    const session = decodeURIComponent(visitor.client.cookies.get('enrollment.sid') ?? '');
    const forbidden: Readonly<Record<string, string>> = {
      password,
      'another password': 'some other words entirely',
      code: code.replaceAll('-', ''),
      'a wrong code': 'MYOLDPASSWORD1',
      planToken,
      "the handle's random part": planToken.split('.')[0] ?? '',
      "the session's signature": session.split('.')[1] ?? '',
      'our secret': secrets[0],
    };
    for (const [what, text] of Object.entries(forbidden)) {
      assert.ok(text.length > 8, what);
      assert.ok(!all.includes(text.toUpperCase()) && !bare.includes(text.toUpperCase()), `${what} was sent to Redis`);
    }
    const names = new Set(commands.map(({ name }) => name));
    for (const name of [
      'keys',
      'scan',
      'hscan',
      'sscan',
      'zscan',
      'flushall',
      'flushdb',
      'script',
      'config',
      'monitor',
    ])
      assert.ok(!names.has(name), name);
  });

  it('scripts are sent by hash, and after SCRIPT FLUSH once as text, without visible effect', async () => {
    await visitor.open();
    await redis.client().script('FLUSH');
    await visitor.follow(await visitor.submit({ invite_code: code }));
    await redis.client().script('FLUSH');
    assert.equal((await visitor.submit(accountOf('flushed'))).location, '/welcome');
    await summaryOnceRedeemed(1, testApp, id);
    const evals = sent(await seen.commands()).filter((name) => name === 'eval').length;
    assert.ok(evals > 0 && evals <= 20, `${evals}`);
    await seen.clear();
    await new Visitor(testApp).open();
    assert.ok(!sent(await seen.commands()).includes('eval'));
  });

  it('canceling deletes the plan from Redis and releases its seat, with three commands', async () => {
    await visitor.enterCode(code);
    const plans = (await redis.client().keys('enrollment:plan:*')).length;
    await visitor.get(`${testApp.page}cancel/`);
    await seen.clear();
    assert.equal((await visitor.submit({})).status, 303);
    const names = sent((await seen.commands()).filter((command) => !countsPoints(command)));
    // A script that Redis does not know yet is sent again as text.
    assert.deepEqual(
      names.filter((name) => name !== 'eval'),
      ['get', 'del', 'evalsha'],
    );
    assert.equal((await redis.client().keys('enrollment:plan:*')).length, plans - 1);
  });

  it('a refusal at the write deletes the plan from Redis', async () => {
    await visitor.enterCode(code);
    const plans = (await redis.client().keys('enrollment:plan:*')).length;
    await testApp.enrollment.invitations.revoke(id);
    assert.equal((await visitor.submit(accountOf('refused'))).status, 403);
    assert.equal((await redis.client().keys('enrollment:plan:*')).length, plans - 1);
  });

  it('every key has the prefix, and every plan, counter and session expires', async () => {
    await visitor.enterCode(code);
    const client = redis.client();
    const keys = await client.keys('*');
    assert.deepEqual(
      keys.filter((key) => !key.startsWith('enrollment:')),
      [],
    );
    const lasting: string[] = [];
    for (const key of keys) if ((await client.ttl(key)) === -1) lasting.push(key.replace(/\{inv:[^}]+\}/, '{inv}'));
    assert.deepEqual(
      [...new Set(lasting)].filter((key) => !/^enrollment:(\{inv\}|\{refusals\}|invitations|\{user:)/.test(key)),
      [],
    );
    for (const key of await client.keys('enrollment:plan:*')) {
      // A running plan is kept for an hour; the record of a finished plan lasts as long as its plan token may be sent
      // again.
      const most = (await client.get(key))?.includes('"done":true') ? 86_400 : 3600;
      assert.ok((await client.ttl(key)) <= most, key);
    }
  });

  afterEach(() =>
    assert.deepEqual(
      testApp.log.filter(({ level }) => level !== 'info' && level !== 'warn'),
      [],
    ),
  );
});
