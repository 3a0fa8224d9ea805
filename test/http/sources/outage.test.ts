import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { accountOf } from '../../support/account.js';
import { freePort } from '../../support/free-port.js';
import { startHostileProvider, type HostileProvider, type Mischief } from '../../support/hostile-provider.js';
import { Visitor } from '../../support/http/visitor.js';
import { noUnhandledRejections } from '../../support/no-unhandled-rejections.js';
import type { RawAnswer } from '../../support/raw-client.js';
import { assertPlainFailure, openHostileApp, reasonsTold, type HostileApp } from '../../support/sources/hostile-app.js';
import { endpoints, outages, refusedAt } from '../../support/sources/outages.js';

/** For endpoints that never answer; those that answer at once may take as long as a busy machine needs. */
const shortMs = 800;
const timeoutMs = 20_000;
const deadlineMs = 60_000;
const inFlow = '/if/flow/invite/source/acme/';

describe('a provider that is down, seen by the visitors of an app', () => {
  let provider: HostileProvider;
  let testApp: HostileApp;
  noUnhandledRejections();
  before(async () => {
    provider = await startHostileProvider();
  });
  after(() => provider.close());
  afterEach(async () => {
    provider.reset();
    await testApp.close();
  });

  function assertAway(page: RawAnswer, reason: string): void {
    assert.deepEqual([page.status, page.headers['retry-after']], [503, '5'], page.text);
    assertPlainFailure(testApp, page, reason);
    assert.match(page.text, /Acme isn’t responding right now\./);
    assert.doesNotMatch(page.text, /Oops/);
  }

  async function fromLink(reason: string): Promise<void> {
    const visitor = new Visitor(testApp);
    const page = await withDeadline(testApp.by(visitor, '/source/acme/login?next=/books'));
    assertAway(page, reason);
    assert.match(page.text, /href="\/source\/acme\/login\?next=%2Fbooks"/, 'where the person was going is lost');
    assert.equal(await visitor.me(), null);
  }

  async function fromFlow(reason: string, mischief: Mischief): Promise<void> {
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    const { step, signature } = visitor;
    provider.mischief = mischief;
    const page = await withDeadline(testApp.by(visitor, inFlow));
    assertAway(page, reason);
    assert.match(page.text, /<a [^>]*href="\/if\/flow\/invite\/"[^>]*>Go back to where you were</);
    await visitor.open();
    assert.deepEqual([visitor.step, visitor.signature], [step, signature], 'the plan has changed');
    // The code is valid and no identity was recognized: the visitor fills in the account page.
    const done = await visitor.submit(accountOf('by-hand'));
    assert.deepEqual([done.status, done.location], [303, '/welcome'], done.text);
    assert.equal(await visitor.me(), 'by-hand');
    assert.deepEqual(await testApp.connections.find({ source: 'acme', issuer: provider.issuer, subject: 'ann' }), null);
  }

  async function wellAgain(): Promise<void> {
    provider.mischief = {};
    testApp.clock.advance(15_000);
    const back = await testApp.by(new Visitor(testApp));
    assert.deepEqual([back.status, back.location], [303, '/if/flow/no-access-yet/'], back.text);
  }

  for (const [what, { answer, reason }] of Object.entries(outages)) {
    for (const endpoint of endpoints) {
      it(`it ${what} at ${endpoint}`, async () => {
        const mischief: Mischief = { answers: { [endpoint]: answer } };
        testApp = await openHostileApp(provider, {}, { timeoutMs: reason === 'provider.slow' ? shortMs : timeoutMs });
        provider.mischief = mischief;
        await fromLink(reason);
        const asked = provider.seen.filter((one) => one.endpoint === endpoint).length;
        assert.equal(asked, 1, 'it was asked again, or followed');
        provider.mischief = {};
        testApp.clock.advance(15_000);
        await fromFlow(reason, mischief);
        await wellAgain();
      });
    }
  }

  for (const endpoint of ['token', 'keys', 'userinfo'] as const) {
    it(`no listener at ${endpoint}`, async () => {
      const mischief = refusedAt(endpoint, await freePort());
      testApp = await openHostileApp(provider, {}, { timeoutMs });
      provider.mischief = mischief;
      await fromLink('provider.away');
      await fromFlow('provider.away', mischief);
    });
  }

  it('no listener at all', async () => {
    const issuer = `http://127.0.0.1:${String(await freePort())}`;
    testApp = await openHostileApp(provider, {}, { timeoutMs, issuer });
    await fromLink('provider.away');
    await fromFlow('provider.away', {});
  });

  it('its user-facing page is down', async () => {
    for (const error of ['temporarily_unavailable', 'server_error']) {
      const mischief: Mischief = {
        callback(query) {
          query.delete('code');
          query.set('error', error);
        },
      };
      testApp = await openHostileApp(provider, {}, { timeoutMs });
      provider.mischief = mischief;
      await fromLink('provider.away');
      await fromFlow('provider.away', mischief);
      await wellAgain();
      if (error !== 'server_error') await testApp.close();
    }
  });

  it('its user-facing page takes longer than a sign-in may', async () => {
    testApp = await openHostileApp(provider);
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    const { step } = visitor;
    const away = await visitor.client.get(inFlow);
    testApp.clock.advance(601_000);
    const query = provider.answer(new URL(away.location));
    const page = await visitor.client.get(`/source/acme/callback?${String(query)}`);
    assert.equal(page.status, 403);
    assertPlainFailure(testApp, page, 'state.expired');
    assert.match(page.text, /took too long/);
    await visitor.open();
    assert.equal(visitor.step, step);
    assert.deepEqual(
      provider.seen.filter(({ endpoint }) => endpoint === 'token'),
      [],
    );
  });

  it('while one visitor waits for it, all others are served', async () => {
    testApp = await openHostileApp(provider, {}, { timeoutMs: 1000 });
    provider.mischief = { answers: { token: () => undefined } };
    let over = false;
    const waiting = Promise.all(Array.from({ length: 10 }, () => testApp.by(new Visitor(testApp)))).finally(() => {
      over = true;
    });
    while (provider.seen.filter(({ endpoint }) => endpoint === 'token').length < 10)
      await new Promise((resolve) => setTimeout(resolve, 5));
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.signUp(code, 'patient');
    assert.equal(over, false, 'they were not waiting any more');
    for (const page of await waiting) assert.equal(page.status, 503);
    assert.deepEqual(new Set(reasonsTold(testApp)), new Set(['provider.slow']));
    assert.equal(await visitor.me(), 'patient');
  });
});

/** The answer, which must arrive within the deadline. */
async function withDeadline(answer: Promise<RawAnswer>): Promise<RawAnswer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer within the deadline')), deadlineMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
