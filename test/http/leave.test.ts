import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, beforeEach, describe, it } from 'mocha';
import { defineFlow, memoryConnections, signInFlow, type MemoryUser } from '../../lib/index.js';
import { leaveFlow } from '../../lib/flows.js';
import { userDelete } from '../../lib/stages.js';
import { createMemoryConsents } from '../../lib/stores/memory/consents.js';
import { memoryAuthenticators } from '../../lib/testing/index.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const page = '/if/flow/leave/';

describe('leaving', () => {
  let testApp: TestApp;
  let ann: MemoryUser;
  let visitor: Visitor;
  let count = 0;
  const kept = memoryAuthenticators();
  let failing = false;
  let slow = 0;
  const authenticators: typeof kept = {
    ...kept,
    async list(userId) {
      await delay(slow);
      return failing ? Promise.reject(new Error('locked')) : kept.list(userId);
    },
  };
  const connections = memoryConnections();
  const consents = createMemoryConsents();
  const bare = defineFlow({
    slug: 'bare',
    title: 'Bare',
    designation: 'unenrollment',
    authentication: 'require_authenticated',
    stages: [userDelete({ name: 'delete' })],
  });
  before(async () => {
    testApp = await openTestApp({
      authenticators,
      connections,
      stores: { consents },
      flows: [signInFlow({ slug: 'sign-in', target: '/inside' }), leaveFlow({ target: '/bye' }), bare, signup],
    });
  });
  after(() => testApp.close());
  beforeEach(async () => {
    slow = 0;
    ann = await member(testApp, `ann-${(count += 1)}`);
    visitor = new Visitor(testApp);
    await signIn(visitor, ann.username ?? '');
  });
  const exists = async (): Promise<boolean> => (await testApp.users.findById(ann.id)) !== null;

  it('asks for the password, says what is lost, deletes the account and signs out everywhere', async () => {
    const elsewhere = new Visitor(testApp);
    await signIn(elsewhere, ann.username ?? '');
    await authenticators.add({
      id: 'app',
      userId: ann.id,
      type: 'totp',
      data: {},
      version: 1,
      createdAt: 0,
    } as unknown as Parameters<typeof authenticators.add>[0]);
    await visitor.open(page);
    assert.equal(visitor.step, 'confirm 0');
    await visitor.follow(await visitor.submit({ password }));
    assert.match(visitor.page.text, /can’t be undone/);
    assert.match(
      visitor.page.text,
      /href="\/">Keep my account<\/a>[^]*enrollment-button--danger[^>]*>Delete my account/,
    );
    assert.equal(await exists(), true);
    const answer = await visitor.submit({});
    assert.deepEqual([answer.status, answer.location], [303, '/bye']);
    assert.equal(await exists(), false);
    assert.deepEqual([await visitor.me(), await elsewhere.me()], [null, null]);
    assert.deepEqual(await testApp.enrollment.sessions.list(ann.id), []);
    assert.deepEqual(await authenticators.list(ann.id), []);
    const told = testApp.events.filter(({ name }) => name === 'account.deleted');
    assert.deepEqual(told.at(-1)?.facts, { user: ann.id, flow: 'leave' });
    assert.equal((await signIn(new Visitor(testApp), ann.username ?? '')).status, 422);
  });

  /** Something in each store beside the user's row. */
  async function keepAll(userId: string): Promise<void> {
    await authenticators.add({
      ...{ id: userId, userId, type: 'totp', name: '', createdAt: 0, lastUsedAt: null, version: '1', data: {} },
    });
    await connections.link(userId, { source: 'acme', issuer: '', subject: userId });
    await consents.save({ userId, application: 'reports', permissions: [], grantedAt: 0, expiresAt: null });
  }
  const keptOf = async (userId: string): Promise<readonly number[]> =>
    [
      await authenticators.list(userId),
      (await connections.list?.(userId)) ?? [],
      await consents.list(userId),
      await testApp.enrollment.sessions.list(userId),
    ].map(({ length }) => length);

  async function leave(): Promise<void> {
    await visitor.open(page);
    await visitor.follow(await visitor.submit({ password }));
    await visitor.submit({});
  }

  it('removes authenticators, connections, consents and sessions, and none of another user', async () => {
    const bob = await member(testApp, `bob-${count}`);
    for (const { id } of [ann, bob]) await keepAll(id);
    assert.deepEqual(await keptOf(ann.id), [1, 1, 1, 1]);
    await leave();
    assert.deepEqual(await keptOf(ann.id), [0, 0, 0, 0]);
    assert.deepEqual(await keptOf(bob.id), [1, 1, 1, 0]);
  });

  it('a store that fails keeps nothing else from being removed, and forgetUser ends the rest', async () => {
    await keepAll(ann.id);
    failing = true;
    await leave();
    failing = false;
    assert.equal(await exists(), false);
    assert.deepEqual(await keptOf(ann.id), [1, 0, 0, 0]);
    assert.ok(testApp.log.some(({ text }) => text.includes('forgetUser')));
    await testApp.enrollment.forgetUser(ann.id);
    await testApp.enrollment.forgetUser(ann.id);
    assert.deepEqual(await keptOf(ann.id), [0, 0, 0, 0]);
  });

  it('forgetUser does the same for a user that the app itself deletes', async () => {
    await keepAll(ann.id);
    await testApp.users.remove?.(ann);
    await testApp.enrollment.forgetUser(ann.id);
    assert.deepEqual(await keptOf(ann.id), [0, 0, 0, 0]);
    assert.equal(await visitor.me(), null);
    await assert.rejects(() => testApp.enrollment.forgetUser(''), { code: 'ERR_ENROLLMENT_USER_STORE' });
  });

  it('its last form, sent again, does nothing more', async () => {
    await visitor.open(page);
    await visitor.follow(await visitor.submit({ password }));
    const { action, hidden } = visitor.form;
    await Promise.all([visitor.client.post(action, hidden), visitor.client.post(action, hidden)]);
    assert.equal(await exists(), false);
    const again = await visitor.client.post(action, hidden);
    assert.ok([303, 403].includes(again.status), again.text);
    assert.equal(await visitor.me(), null);
  });

  /** A browser with the cookies that the visitor has now. */
  function sameBrowser(): Visitor {
    const browser = new Visitor(testApp);
    for (const name of visitor.client.cookies.names())
      browser.client.cookies.set(name, visitor.client.cookies.get(name) ?? '');
    return browser;
  }

  for (const gap of ['at once', 'a moment later', 'while it is carried out', 'after its answer']) {
    it(`its last form, sent by a second click ${gap}, is answered like the first`, async () => {
      await visitor.open(page);
      await visitor.follow(await visitor.submit({ password }));
      const { action, hidden } = visitor.form;
      const second = sameBrowser();
      slow = gap === 'while it is carried out' ? 200 : 0;
      const first = visitor.client.post(action, hidden);
      if (gap === 'after its answer') await first;
      else await delay(gap === 'at once' ? 0 : gap === 'a moment later' ? 4 : 100);
      const answers = [await first, await second.client.post(action, hidden)];
      assert.deepEqual(
        answers.map(({ status, location }) => [status, location]),
        [
          [303, '/bye'],
          [303, '/bye'],
        ],
      );
      assert.deepEqual([await exists(), await second.me()], [false, null]);
    });
  }

  it('its last form tells and does nothing where another person has signed in, with other fields, or later', async () => {
    await visitor.open(page);
    await visitor.follow(await visitor.submit({ password }));
    const { action, hidden } = visitor.form;
    const [other, opened, later] = [sameBrowser(), sameBrowser(), sameBrowser()];
    await visitor.submit({});
    const bob = await member(testApp, `${ann.username ?? ''}-bob`);
    await signIn(other, bob.username ?? '');
    const refused = await other.follow(await other.client.post(action, hidden));
    assert.match(refused.text, /name="enrollment_step" value="0\.confirm/);
    assert.equal(await testApp.users.findById(bob.id).then((user) => user?.id), bob.id);
    const shown = await opened.open(page);
    assert.deepEqual([shown.status, shown.location], [403, '']);
    testApp.clock.advance(121_000);
    assert.notEqual((await later.client.post(action, hidden)).location, '/bye');
  });

  it('the invitation still says which account came by it', async () => {
    const { code, id } = await testApp.enrollment.invitations.create();
    const guest = new Visitor({ url: testApp.url, canaries: testApp.canaries });
    await guest.signUp(code, `guest-${count}`);
    const user = testApp.members.at(-1);
    await guest.open(page);
    await guest.follow(await guest.submit({ password }));
    await guest.submit({});
    assert.equal(await testApp.users.findById(user?.id ?? ''), null);
    assert.ok(JSON.stringify(await testApp.enrollment.invitations.ledger(id)).includes(user?.id ?? '-'));
  });

  it('deletes nothing without a recent authentication, even in a flow that forgets to ask', async () => {
    testApp.clock.advance(700_000);
    await visitor.open('/if/flow/bare/');
    assert.equal((await visitor.submit({})).status, 403);
    assert.equal(await exists(), true);
  });

  it('CVE-2025-52553: never deletes the account of another user of the same browser', async () => {
    await visitor.open(page);
    await visitor.follow(await visitor.submit({ password }));
    const { action, hidden } = visitor.form;
    const names = visitor.client.cookies.names().filter((name) => name.includes('plan'));
    const kept = names.map((name) => [name, visitor.client.cookies.get(name) ?? ''] as const);
    const bob = await member(testApp, `${ann.username ?? ''}-bob`);
    await visitor.client.post('/sign-out', {});
    await signIn(visitor, bob.username ?? '');
    for (const [name, value] of kept) visitor.client.cookies.set(name, value);
    await visitor.client.post(action, hidden);
    assert.equal(await exists(), true);
    assert.notEqual(await testApp.users.findById(bob.id), null);
  });
});
