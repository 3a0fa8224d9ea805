import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { accountOf } from '../../support/account.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import { comesIn, exit, leave, minutes, sentBack, withSignIn } from '../../support/sources/people.js';

const page = '/if/flow/invite/';
const start = `${page}source/acme/`;

describe('a flow that continues after the provider, with changes in the meantime', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  let visitor: Visitor;
  let code: string;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  beforeEach(async () => {
    testApp = await openAcmeApp(provider, { flows: [...withSignIn], after: exit });
    visitor = new Visitor(testApp);
    ({ code } = await testApp.enrollment.invitations.create());
  });
  afterEach(() => testApp.close());

  function plan(): string {
    const planToken = visitor.client.cookies.get('enrollment.plan.invite');
    assert.ok(planToken);
    return planToken;
  }

  const annsAccount = (): Promise<string | null> => testApp.connections.find(testApp.identityOf('ann'));

  it('going back after the provider: the earlier form is reported as completed', async () => {
    await visitor.open();
    const early = visitor.form;
    await visitor.get((await testApp.by(visitor, 'ann', start)).location);
    const answer = await visitor.client.post(early.action, { ...early.hidden, invite_code: code });
    assert.equal(answer.status, 303);
    await visitor.follow(answer);
    assert.match(visitor.page.text, /Acme/, 'the plan still knows who was recognized');
    assert.equal(testApp.members.length, 0);
  });

  it('a repeated provider response changes nothing', async () => {
    const callback = await sentBack(provider, visitor, 'ann', start);
    await visitor.get((await visitor.client.get(callback)).location);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    const again = await visitor.client.get(callback);
    assert.deepEqual([again.status, again.location], [303, page]);
    await visitor.get(page);
    assert.equal(visitor.step.split(' ')[0], 'account');
    assert.equal((await visitor.client.get(`${callback}&more=1`)).status, 403);
    await visitor.get(page);
    assert.equal(visitor.step.split(' ')[0], 'account');
    assert.equal(await annsAccount(), null);
  });

  it('another browser’s plan is never used', async () => {
    await visitor.enterCode(code);
    const callback = await sentBack(provider, visitor, 'ann', start);
    const stranger = new Visitor(testApp);
    assert.equal((await stranger.client.get(callback)).status, 403);
    await visitor.get(page);
    assert.doesNotMatch(visitor.page.text, /ann@example\.com/);
    const own = await sentBack(provider, stranger, 'bob', `${start}?plan=${plan()}&flow=invite`);
    await stranger.follow(await stranger.client.get(own));
    await visitor.get(page);
    assert.doesNotMatch(visitor.page.text, /bob/);
    assert.equal(stranger.step.split(' ')[0], 'invite-code', 'the accepted code is not theirs');
  });

  it('the flow finished in another tab: a button connects to the account that was made', async () => {
    await visitor.enterCode(code);
    const callback = await sentBack(provider, visitor, 'ann', start);
    await visitor.submit(accountOf('zoe'));
    const back = await visitor.client.get(callback);
    assert.equal(back.location, '/if/flow/connect-account/');
    assert.equal(await annsAccount(), null);
    await visitor.get(back.location);
    await visitor.submit({});
    assert.deepEqual([await visitor.me(), await annsAccount()], ['zoe', testApp.members[0]?.id]);
  });

  it('the flow finished and signed out meanwhile: the gate, for the person who returns', async () => {
    await visitor.enterCode(code);
    const callback = await sentBack(provider, visitor, 'ann', start);
    await visitor.submit(accountOf('zoe'));
    await leave(visitor);
    const answer = await visitor.follow(await visitor.client.get(callback));
    assert.match(answer.text, /signed in to Acme as ann@example\.com/);
    assert.deepEqual([await visitor.me(), testApp.members.length], [null, 1]);
  });

  it('signed out meanwhile: nothing that was begun before continues', async () => {
    await visitor.enterCode(code);
    const callback = await sentBack(provider, visitor, 'ann', start);
    await visitor.client.post('/sign-out', {});
    assert.equal((await visitor.client.get(callback)).status, 403);
    assert.deepEqual([await visitor.me(), testApp.members.length], [null, 0]);
  });

  it('twice at the provider from one plan: no one gets the account of the first', async () => {
    await visitor.open();
    const late = await sentBack(provider, visitor, 'ann', start);
    await visitor.get((await testApp.by(visitor, 'ann', start)).location);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    await visitor.submit({ username: 'ann' });
    assert.equal(await visitor.me(), 'ann');
    await visitor.client.get(late);
    assert.equal(await visitor.me(), 'ann');
    // Signs out by means unknown to the kit; then another person uses the browser.
    await leave(visitor);
    testApp.clock.advance(3 * minutes);
    const second = await testApp.enrollment.invitations.create();
    await visitor.enterCode(second.code);
    await visitor.submit(accountOf('zoe'));
    assert.equal(await visitor.me(), 'zoe');
  });

  it('the plan lapsed meanwhile: it starts over with the identity from the provider', async () => {
    testApp.clock.advance(-61 * minutes);
    const { code: later } = await testApp.enrollment.invitations.create();
    await visitor.enterCode(later);
    testApp.clock.advance(55 * minutes);
    const callback = await sentBack(provider, visitor, 'ann', start);
    testApp.clock.advance(6 * minutes);
    await visitor.follow(await visitor.client.get(callback));
    assert.equal(visitor.step.split(' ')[0], 'invite-code');
    assert.match(visitor.page.text, /signed in to Acme/);
    await visitor.follow(await visitor.submit({ invite_code: later }));
    await visitor.submit({ username: 'ann' });
    assert.deepEqual([await visitor.me(), await comesIn(testApp, 'ann')], ['ann', 'ann']);
  });
  it('canceled in another tab after it finished: its end is kept, and its id is not reused', async () => {
    await visitor.enterCode(code);
    const planToken = plan();
    const account = visitor.form;
    await visitor.get(`${page}cancel/`);
    await visitor.client.post(account.action, { ...account.hidden, ...accountOf('zoe') });
    assert.equal(await visitor.me(), 'zoe');
    await visitor.submit({});
    visitor.client.cookies.set('enrollment.plan.invite', planToken, page);
    assert.equal((await visitor.get(page)).location, '/welcome');
  });
});
