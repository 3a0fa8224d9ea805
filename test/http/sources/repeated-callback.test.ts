import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { signOutFlow } from '../../../lib/index.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { Visitor } from '../../support/http/visitor.js';
import { cookieLike } from '../../support/sources/bypass-tricks.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import { gatePage, sentBack, withoutPassword, withSignIn } from '../../support/sources/people.js';

const page = '/if/flow/invite/';

describe('a callback that is requested twice', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  let visitor: Visitor;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  beforeEach(async () => {
    testApp = await openAcmeApp(provider, { flows: [...withSignIn, signOutFlow({ slug: 'sign-out' })] });
    visitor = new Visitor(testApp);
  });
  afterEach(() => testApp.close());

  /** Two requests, at once or one after the other; returns where each was redirected. */
  async function twice(callback: string, atOnce: boolean): Promise<readonly string[]> {
    const first = visitor.client.get(callback);
    if (!atOnce) await first;
    const answers = await Promise.all([first, visitor.client.get(callback)]);
    return answers.map(({ status, location }) => `${status} ${location}`);
  }

  for (const atOnce of [true, false]) {
    const how = atOnce ? 'two at once' : 'one after the other';

    it(`F26: a double click signs in, ${how}`, async () => {
      const ann = await withoutPassword(testApp, 'ann');
      await testApp.connections.link(ann.id, testApp.identityOf('ann'));
      const callback = await sentBack(provider, visitor, 'ann', '/source/acme/login?next=/books');
      assert.deepEqual(await twice(callback, atOnce), ['303 /books', '303 /books']);
      assert.equal(await visitor.me(), 'ann');
    });

    it(`F26: a double click leads to one gate, ${how}`, async () => {
      const { code } = await testApp.enrollment.invitations.create();
      const callback = await sentBack(provider, visitor, 'ann', '/source/acme/login?next=/books');
      assert.deepEqual(await twice(callback, atOnce), [`303 ${gatePage}`, `303 ${gatePage}`]);
      await visitor.get(gatePage);
      const done = await visitor.follow(await visitor.submit({ invite_code: code }));
      assert.deepEqual([done.location, await visitor.me()], ['/books', 'ann']);
    });

    it(`F26: a double click continues one flow, ${how}`, async () => {
      const { code } = await testApp.enrollment.invitations.create();
      await visitor.open(`${page}?next=/books`);
      await visitor.follow(await visitor.submit({ invite_code: code }));
      const callback = await sentBack(provider, visitor, 'ann', `${page}source/acme/`);
      assert.deepEqual(await twice(callback, atOnce), [`303 ${page}`, `303 ${page}`]);
      await visitor.get(page);
      assert.equal(visitor.step.split(' ')[0], 'account');
      const done = await visitor.submit({ username: 'ann' });
      assert.deepEqual([done.location, await visitor.me()], ['/books', 'ann']);
    });
  }

  it('F26: another browser, other parameters or a later time are refused', async () => {
    const ann = await withoutPassword(testApp, 'ann');
    await testApp.connections.link(ann.id, testApp.identityOf('ann'));
    const callback = await sentBack(provider, visitor, 'ann', '/source/acme/login?next=/books');
    const other = new Visitor(testApp);
    await visitor.client.get(callback);
    assert.deepEqual([(await other.client.get(callback)).status, await other.me()], [403, null]);

    const name = cookieLike(visitor.client, 'enrollment.source.');
    const same = new Visitor(testApp);
    same.client.cookies.set(name, visitor.client.cookies.get(name) ?? assert.fail());
    assert.equal((await same.client.get(`${callback}&more=1`)).status, 403);
    testApp.clock.advance(120_000);
    const refused = await same.client.get(callback);
    assert.deepEqual([refused.status, await same.me()], [403, null]);
    assert.match(refused.text, /source\/acme\/login\?next=%2Fbooks/, 'the way on keeps where to go');
  });

  it('F26: after signing out it is refused', async () => {
    const ann = await withoutPassword(testApp, 'ann');
    await testApp.connections.link(ann.id, testApp.identityOf('ann'));
    const callback = await sentBack(provider, visitor, 'ann', '/source/acme/login?next=/books');
    await visitor.client.get(callback);
    assert.equal(await visitor.me(), 'ann');
    await visitor.open('/if/flow/sign-out/');
    await visitor.submit({});
    assert.equal(await visitor.me(), null);
    assert.deepEqual([(await visitor.client.get(callback)).status, await visitor.me()], [403, null]);
  });

  it('F26: a failed response returns to its flow, the second time too', async () => {
    await visitor.open();
    const callback = await sentBack(provider, visitor, null, `${page}source/acme/`);
    for (const answer of [await visitor.client.get(callback), await visitor.client.get(callback)]) {
      assert.equal(answer.status, 403);
      assert.match(answer.text, /href="\/if\/flow\/invite\/"/);
    }
  });
});
