import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { inviteSignupFlow, signInFlow } from '../../lib/index.js';
import { accountOf } from '../support/account.js';
import { form } from '../support/html-form.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const cancel = '/flows/-/cancel/';
const staff = inviteSignupFlow({ slug: 'staff', fields: ['username'], target: '/staff' });

describe('canceling all plans of a browser', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  /** The client sends the cookies of https to every path; the server does not know that it is not. */
  const open = async (options: TestAppOptions = {}): Promise<Visitor> => {
    testApp = await openTestApp({ flows: [signup, staff], origin: 'https://club.example', ...options });
    return new Visitor(testApp);
  };
  const plans = (visitor: Visitor): readonly (string | undefined)[] =>
    ['invite', 'staff'].map((slug) => visitor.client.cookies.get(`__Host-enrollment.plan.${slug}`));

  /** Two running plans, one of which has reserved a seat. */
  async function walk(visitor: Visitor): Promise<string> {
    const { code, id } = await testApp.enrollment.invitations.create({ reserve: '15m' });
    await visitor.open();
    await visitor.submit({ invite_code: code });
    await visitor.open('/if/flow/staff/');
    return id;
  }

  it('asks first; the button drops them, releases their seats and leads on', async () => {
    const visitor = await open();
    const id = await walk(visitor);
    assert.equal((await testApp.enrollment.invitations.get(id))?.state, 'held');
    const before = plans(visitor);
    assert.ok(before.every((one) => (one ?? '') !== ''));
    const page = await visitor.get(`${cancel}?next=%2Fbooks`);
    assert.equal(page.status, 200);
    assert.match(page.text, /<h1[^>]*>Leave this page\?/);
    assert.deepEqual(plans(visitor), before);
    const { action, hidden } = form(page.text);
    assert.equal(action, `${cancel}?next=%2Fbooks`);
    const answer = await visitor.post(action, hidden);
    assert.deepEqual([answer.status, answer.location], [303, '/books']);
    assert.deepEqual(plans(visitor), [undefined, undefined]);
    assert.equal((await testApp.enrollment.invitations.get(id))?.state, 'open');
  });

  it('leads home without next, and never to another site', async () => {
    for (const next of ['', '//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)']) {
      const visitor = await open({ brand: { home: '/start' } });
      await visitor.open();
      const { action, hidden } = form((await visitor.get(`${cancel}?next=${encodeURIComponent(next)}`)).text);
      assert.equal((await visitor.post(action, hidden)).location, '/start');
      assert.equal((await visitor.get(`${cancel}?next=${encodeURIComponent(next)}`)).location, '/start');
      await testApp.close();
    }
    await open();
  });

  it('does nothing for a form that is not of this browser, or comes from another site', async () => {
    const visitor = await open();
    await walk(visitor);
    const stranger = new Visitor(testApp);
    await stranger.open();
    const ofAnotherPage = visitor.form.hidden;
    const foreign = form((await stranger.get(cancel)).text).hidden;
    const before = plans(visitor);
    const own = form((await visitor.get(cancel)).text).hidden;
    const attempts = [
      [foreign, {}],
      [{}, {}],
      [ofAnotherPage, {}],
      [own, { 'sec-fetch-site': 'cross-site' }],
      [own, { origin: 'https://evil.example' }],
    ] as const;
    for (const [fields, headers] of attempts)
      assert.equal((await visitor.client.post(cancel, fields, headers)).status, 403);
    assert.deepEqual(plans(visitor), before);
    assert.equal((await visitor.open()).status, 200);
    assert.equal(visitor.step, 'account 1');
  });

  it('names an account that was written, and keeps a user signed in', async () => {
    const visitor = await open();
    const { code } = await testApp.enrollment.invitations.create({ uses: 2 });
    await visitor.enterCode(code);
    await visitor.submit(accountOf('ann'));
    const page = await visitor.get(cancel);
    const answer = await visitor.client.post(cancel, form(page.text).hidden);
    assert.equal(answer.status, 200);
    assert.match(answer.text, /Your account is ready/);
  });

  it('over plain http, where cookies of plans stay with their flows, it clears them', async () => {
    testApp = await openTestApp({ flows: [signup, staff] });
    const visitor = new Visitor(testApp);
    await visitor.open();
    const { action, hidden } = form((await visitor.get(cancel)).text);
    assert.equal((await visitor.post(action, hidden)).status, 403);
    assert.notEqual(visitor.client.cookies.get('enrollment.plan.invite'), undefined);
    const answer = await visitor.post(action, hidden, { origin: testApp.url });
    assert.equal(answer.status, 303);
    assert.equal(visitor.client.cookies.get('enrollment.plan.invite'), undefined);
  });

  it('asks again where its page was drawn for another user, or before anyone signed in or out', async () => {
    // With the JSON of flows, cookies of plans come here over plain http too.
    testApp = await openTestApp({ executorApi: true, flows: [staff, signInFlow({ slug: 'sign-in' })] });
    const visitor = new Visitor(testApp);
    const [ann] = [await member(testApp, 'ann'), await member(testApp, 'bea')];
    const plan = (): string | undefined => visitor.client.cookies.get('enrollment.plan.staff');
    await visitor.open('/if/flow/staff/');
    const drawn = async () => form((await visitor.get(cancel)).text).hidden;
    async function assertAsked(hidden: Awaited<ReturnType<typeof drawn>>, sentence: RegExp): Promise<void> {
      const before = plan();
      const answer = await visitor.post(cancel, hidden);
      assert.deepEqual([answer.status, answer.location], [303, cancel]);
      assert.match((await visitor.get(cancel)).text, sentence);
      assert.deepEqual([plan(), plan() === undefined], [before, false]);
    }
    const ofNoOne = await drawn();
    await signIn(visitor, 'ann');
    await assertAsked(ofNoOne, /You’ve signed in since/);
    const ofAnn = await drawn();
    await testApp.enrollment.sessions.endAll(ann.id);
    await assertAsked(ofAnn, /You’ve been signed out since/);
    await signIn(visitor, 'bea');
    await assertAsked(ofAnn, /Another account is signed in here now/);
    assert.equal((await visitor.post(cancel, await drawn())).status, 303);
    assert.equal(plan(), undefined);
  });
});
