import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { defineFlow, signInFlow, type MemoryUser } from '../../lib/index.js';
import { leaveFlow } from '../../lib/flows.js';
import { userDelete } from '../../lib/stages.js';
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
  const authenticators = memoryAuthenticators();
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
      flows: [signInFlow({ slug: 'sign-in', target: '/inside' }), leaveFlow({ target: '/bye' }), bare, signup],
    });
  });
  after(() => testApp.close());
  beforeEach(async () => {
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
