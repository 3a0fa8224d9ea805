import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { accountOf } from '../support/account.js';
import { administratorOf, type Administrator } from '../support/administrator.js';
import { isCampaign, itInCampaign, sampleOf } from '../support/campaign.js';
import { startServer, type ChildServer } from '../support/child-server.js';
import { launchBrowser } from '../support/chromium.js';
import {
  accountPage,
  asked,
  codePage,
  fillIn,
  goToAccountPage,
  said,
  submit,
  who,
} from '../support/e2e/browser-page.js';
import { accountsIn, startExample, type Example } from '../support/e2e/example.js';
import { prepared } from '../support/faults/prepared-visitor.js';
import { freePort } from '../support/free-port.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const secret = 'kR8vNw3ZyQm6TbXc1JdHs5PfGe9AuLoM';
const untouched = { state: 'open', redeemed: 0, claimed: 0, lapsed: 0 };
const done = { state: 'used_up', redeemed: 1, claimed: 0, lapsed: 0 };

describe('a server that is killed during a signup', () => {
  let redis: TestRedis;
  let browser: Browser;
  let administrator: Administrator;
  let seat: { redis: string; secret: string; database: string; port: number; baseUrl: string };
  let address: string;
  let page: Page;
  let id: string;
  let code: string;
  before(async () => {
    [redis, browser] = await Promise.all([startRedis(), launchBrowser()]);
    const port = await freePort();
    seat = {
      redis: redis.url,
      secret,
      database: join(temporaryFolder(), 'users.sqlite'),
      port,
      baseUrl: `http://localhost:${port}`,
    };
    address = `${seat.baseUrl}/if/flow/invite/`;
    administrator = administratorOf(seat);
  });
  after(async () => {
    await administrator.close();
    await browser.close();
    await redis.stop();
  });
  beforeEach(async () => {
    ({ id, code } = await administrator.invite());
    page = await (await browser.newContext()).newPage();
  });
  afterEach(() => page.context().close());

  async function madeWithTheCode(): Promise<readonly string[]> {
    return (await accountsIn(seat.database))
      .filter(({ redemptionKey }) => redemptionKey?.startsWith(`${id}:`))
      .map(({ username }) => username);
  }

  it('between any two steps: the same browser continues where it was', async () => {
    let server = await startExample(seat);
    let steps = 0;
    const crash = async (): Promise<void> => {
      steps += 1;
      if (!isCampaign && steps !== 3 && steps !== 5) return;
      await server.kill();
      server = await startExample(seat);
    };
    try {
      await page.goto(address);
      await crash();
      assert.equal(await submit(page, { invite_code: 'wrong' }), 422);
      assert.deepEqual(await asked(page), codePage);
      await crash();
      assert.equal(await submit(page, { invite_code: code }), 303);
      await crash();
      await page.reload();
      assert.deepEqual(await asked(page), accountPage);
      assert.equal(await submit(page, { ...accountOf('steps'), password_repeat: 'another' }), 422);
      await crash();
      assert.deepEqual(await administrator.countsOf(id), untouched);
      assert.equal(await submit(page, accountOf('steps')), 303);
      await crash();
      await page.reload();
      assert.equal(await who(page), 'steps');
      assert.deepEqual(await madeWithTheCode(), ['steps']);
      assert.deepEqual(await administrator.countsOf(id), done);
    } finally {
      await server.stop();
    }
  });

  const moments = [
    ['before-write', 0],
    ['after-write', 1],
    ['at-sign-in', 1],
  ] as const;
  const ways = ['sends the form again', 'opens the page again and takes another name'] as const;
  for (const [moment, made] of sampleOf(moments, 2)) {
    for (const then of sampleOf(ways, moment === 'after-write' ? 2 : 1)) {
      const again = then === 'sends the form again';
      // An existing account does not prove who sends the request. Only the account that this request creates, or a
      // repeat of the last form of a finished plan, signs in.
      const signedIn = moment === 'before-write' || (moment === 'at-sign-in' && again);
      it(`killed ${moment}; ${then}: one account, one seat${signedIn ? ', signed in' : ', told'}`, async () => {
        const name = `${moment}-${again ? 'again' : 'anew'}`;
        const dying = await startDying(moment);
        await goToAccountPage(page, address, code);
        await fillIn(page, accountOf(name));
        await page.locator('main .enrollment-form [type=submit]').click();
        assert.equal((await dying.ended).signal, 'SIGKILL');
        assert.equal((await madeWithTheCode()).length, made);
        const server = await startDying();
        try {
          if (again) await page.reload();
          else await page.goto(address);
          if ((await asked(page)).includes('username')) await submit(page, accountOf(`${name}-other`));
          const [account = '', ...others] = await madeWithTheCode();
          assert.deepEqual(others, []);
          assert.equal(account, again || made === 1 ? name : `${name}-other`);
          if (!signedIn) assert.match(await said(page), /Your account is ready|You aren’t signed in yet/);
          assert.equal(await who(page), signedIn ? account : null);
          assert.deepEqual(await administrator.countsOf(id), done);
        } finally {
          await server.stop();
        }
      });
    }
  }

  it('killed before-write, and the visitor never returns: the seat is free after its lease', async () => {
    const dying = await startDying('before-write');
    const send = await prepared(new Visitor({ url: seat.baseUrl }), code, 'stays-away');
    await assert.rejects(send());
    assert.equal((await dying.ended).signal, 'SIGKILL');
    const server = await startDying();
    try {
      await page.goto(address);
      assert.equal(await submit(page, { invite_code: code }), 422);
      assert.match(await said(page), /being used right now/);
      // As if a minute had passed.
      const store = redis.client();
      const [open = ''] = await store.keys(`*${id}*:open`);
      assert.equal(await store.zadd(open, 'XX', 'CH', 1, '1'), 1);
      assert.equal(await submit(page, { invite_code: code }), 303);
      assert.equal(await submit(page, accountOf('comes-later')), 303);
      assert.deepEqual(await madeWithTheCode(), ['comes-later']);
      assert.deepEqual(await administrator.countsOf(id), done);
    } finally {
      await server.stop();
    }
  });

  const tries = 4;
  itInCampaign(`killed during the last POST, ${tries} times: one account; a retry reports it or signs in`, async () => {
    let server = await startExample(seat);
    try {
      const whole = await secondsOfAnUntroubledPost(server);
      for (let round = 0; round < tries; round += 1) {
        const invited = await administrator.invite();
        const visitor = new Visitor({ url: seat.baseUrl });
        const send = await prepared(visitor, invited.code, `killed-${round}`);
        // Spread over the duration of a POST, each at a random point of its share.
        const delay = ((round + Math.random()) / tries) * whole * 1000;
        const emitted = `killed after ${delay.toFixed(1)} ms of ${(whole * 1000).toFixed(1)}`;
        const lost = send().then(
          (answer) => answer.status,
          () => 0,
        );
        await pause(delay);
        await server.kill();
        await lost;
        server = await startExample(seat);
        const answer = await send();
        if (answer.status === 303)
          assert.match((await visitor.get('/')).text, new RegExp(`<strong id="who">killed-${round}<`), emitted);
        else assert.match(answer.text, /Your account is ready/, emitted);
        const made = (await accountsIn(seat.database)).filter(({ redemptionKey }) =>
          redemptionKey?.startsWith(`${invited.id}:`),
        );
        assert.deepEqual(
          made.map(({ username }) => username),
          [`killed-${round}`],
          emitted,
        );
        assert.deepEqual(await administrator.countsOf(invited.id), done, emitted);
      }
    } finally {
      await server.stop();
    }
  });

  async function secondsOfAnUntroubledPost({ printed }: Example): Promise<number> {
    const send = await prepared(new Visitor({ url: seat.baseUrl }), printed.code, 'untroubled');
    const since = performance.now();
    assert.equal((await send()).status, 303);
    return (performance.now() - since) / 1000;
  }

  function startDying(diesAt?: string): Promise<ChildServer> {
    const env = {
      PORT: String(seat.port),
      BASE_URL: seat.baseUrl,
      REDIS_URL: seat.redis,
      ENROLLMENT_SECRET: secret,
      DATABASE: seat.database,
      DIES_AT: diesAt,
    };
    return startServer(fileURLToPath(new URL('../support/faults/killed-signup.js', import.meta.url)), { env });
  }
});
