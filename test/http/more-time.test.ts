import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { savedPasswordField } from '../../lib/base/reserved-names.js';
import { inviteSignupFlow, signOutFlow } from '../../lib/index.js';
import { accountOf, password } from '../support/account.js';
import { decoded } from '../../lib/pages/checks/html-tags.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const minute = 60_000;
const flow = inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], target: '/welcome' });
const more = { enrollment_extend: '1' };

describe('a form that asks for more time', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  beforeEach(async () => {
    testApp = await openTestApp({ flows: [flow, signOutFlow({ slug: 'sign-out' })] });
    const { code } = await testApp.enrollment.invitations.create({ uses: 9 });
    visitor = new Visitor(testApp);
    await visitor.enterCode(code);
  });
  afterEach(() => testApp.close());

  interface Limit {
    readonly of: string;
    readonly seconds: number;
    readonly extend: string | null;
  }
  function limitsOf(text = visitor.page.text): readonly Limit[] {
    const [, json = '{"limits":[]}'] = /data-time="([^"]*)"/.exec(text) ?? [];
    return (JSON.parse(decoded(json)) as { limits: readonly Limit[] }).limits;
  }
  /** What the page says of its time. */
  function timeOf(text = visitor.page.text): { seconds: readonly number[]; extend: string | null } | null {
    const limits = limitsOf(text);
    return limits.length === 0
      ? null
      : { seconds: limits.map(({ seconds }) => seconds), extend: limits.at(-1)?.extend ?? null };
  }

  it('finds the seconds that are left in the page, and none on a page of a flow that has not begun', async () => {
    assert.deepEqual(timeOf(), { seconds: [3600], extend: 'Get more time' });
    assert.match(visitor.page.text, /session-end\.[0-9a-f]+\.js/);
    testApp.clock.advance(10 * minute + 500);
    await visitor.open();
    assert.deepEqual(timeOf()?.seconds, [2999]);
    const first = (await new Visitor(testApp).open()).text;
    assert.equal(timeOf(first), null);
    assert.doesNotMatch(first, /session-end/);
  });

  it('gets its page again with another hour, and reads none of the answers', async () => {
    testApp.clock.advance(59 * minute);
    const events = testApp.events.length;
    const before = visitor.step;
    const answer = await visitor.submit({ ...more, username: 'x' });
    assert.equal(answer.status, 200);
    assert.doesNotMatch(answer.text, /aria-invalid/);
    assert.equal(visitor.step, before);
    assert.deepEqual(timeOf()?.seconds, [3600]);
    assert.equal(testApp.events.length, events);
    testApp.clock.advance(59 * minute);
    assert.equal((await visitor.submit(accountOf('late'))).location, '/welcome');
  });

  it('gets more time until a day after the start, and is told when there is no more', async () => {
    for (let hours = 0; hours < 29 && timeOf()?.extend === 'Get more time'; hours += 1) {
      testApp.clock.advance(50 * minute);
      assert.equal((await visitor.submit(more)).status, 200);
    }
    const { seconds: [left = 0] = [], extend } = timeOf() ?? {};
    assert.equal(extend, null);
    assert.ok(left > 0 && left <= 3600, String(left));
    testApp.clock.advance(left * 1000 + minute);
    assert.equal((await visitor.submit(accountOf('late'))).status, 303);
    assert.equal(testApp.members.length, 0);
  });

  it('leaves the same form in another tab, or on its way, as good as it was', async () => {
    const { action, hidden } = visitor.form;
    testApp.clock.advance(50 * minute);
    await visitor.submit(more);
    testApp.clock.advance(50 * minute);
    const answer = await visitor.client.post(action, { ...hidden, ...accountOf('other-tab') });
    assert.equal(answer.location, '/welcome', answer.text);
  });

  it('does nothing with a stale page, and leaves the newer one as it is', async () => {
    const { action, hidden } = visitor.form;
    assert.equal((await visitor.submit({ ...accountOf('newer'), email: '' })).status, 422);
    const step = hidden['enrollment_step'] ?? '';
    const stale = { ...hidden, enrollment_step: step.replace(/^1/, '0') };
    for (const [fields, status] of [
      [hidden, 200],
      [stale, 403],
    ] as const)
      assert.equal((await visitor.client.post(action, { ...fields, ...more })).status, status);
    assert.equal((await visitor.submit(accountOf('newer'))).location, '/welcome');
    assert.notEqual((await visitor.client.post(action, { ...hidden, ...more })).status, 200);
  });

  it('stores nothing before the flow has begun', async () => {
    const other = new Visitor(testApp);
    await other.open();
    assert.equal((await other.submit(more)).status, 200);
    assert.equal(other.step.split(' ')[1], '0');
  });

  it('presses no button', async () => {
    const signedIn = new Visitor(testApp);
    const { code } = await testApp.enrollment.invitations.create();
    await signedIn.signUp(code, 'pressed');
    await signedIn.get('/if/flow/sign-out/');
    const { action, hidden } = signedIn.form;
    await signedIn.post(action, { ...hidden, ...more });
    assert.equal(await signedIn.me(), 'pressed');
    await signedIn.post(action, hidden);
    assert.equal(await signedIn.me(), null);
  });

  it('keeps a saved password, which has ten minutes of its own', async () => {
    await visitor.submit({ username: 'root', email: 'late@example.com', password });
    assert.deepEqual(timeOf()?.seconds, [600, 3600]);
    const sealed = visitor.form.hidden[savedPasswordField];
    testApp.clock.advance(9 * minute);
    await visitor.submit(more);
    assert.deepEqual(timeOf()?.seconds, [600, 3600]);
    assert.notEqual(visitor.form.hidden[savedPasswordField], sealed);
    testApp.clock.advance(9 * minute);
    const answer = await visitor.submit({ username: 'late', email: 'late@example.com', password: '' });
    assert.equal(answer.location, '/welcome');
  });

  it('says when the reservation of its seat ends, which more time does not extend', async () => {
    const { code } = await testApp.enrollment.invitations.create({ uses: 1, reserve: '15m' });
    visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    const limits = () => limitsOf().map(({ of, seconds, extend }) => [of, seconds, extend]);
    const session = ['session', 3600, 'Get more time'];
    assert.deepEqual(limits(), [['seat', 900, null], session]);
    testApp.clock.advance(14 * minute);
    assert.equal((await visitor.submit(more)).status, 200);
    assert.deepEqual(limits(), [['seat', 60, null], session]);
    testApp.clock.advance(2 * minute);
    assert.equal((await visitor.submit(more)).status, 200);
    assert.deepEqual(limits(), [['seat', 0, null], session]);
    assert.match(decoded(visitor.page.text), /Your place isn’t reserved anymore\. You can still sign up/);
    assert.equal((await visitor.submit(accountOf('seated'))).location, '/welcome');
  });

  it('asks again for a saved password that has expired, also where only the language changes', async () => {
    await visitor.submit({ username: 'root', email: 'late@example.com', password });
    testApp.clock.advance(11 * minute);
    await visitor.submit(more);
    assert.doesNotMatch(visitor.page.text, /Your password is saved/);
    assert.match(visitor.page.text, /Enter your password again\./);
    assert.equal(visitor.form.hidden[savedPasswordField], undefined);
  });

  it('is no repetition of the form that signed somebody in', async () => {
    const { action, hidden } = visitor.form;
    const answers = accountOf('once');
    await visitor.post(action, { ...hidden, ...answers });
    assert.equal(await visitor.me(), 'once');
    const { cookies } = visitor.client;
    for (const name of cookies.names()) if (!name.includes('plan')) cookies.set(name, '', '/');
    assert.equal(await visitor.me(), null);
    await visitor.client.post(action, { ...hidden, ...answers, ...more });
    assert.equal(await visitor.me(), null);
  });
});
