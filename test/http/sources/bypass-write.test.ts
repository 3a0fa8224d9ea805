import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { signup } from '../../support/http/test-app.js';
import { privilegesOf } from '../../support/sources/bypass-fields.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import { assertNobody, assertPlainRefusal, atGate, onTheWayBack } from '../../support/sources/bypass-tricks.js';
import { Visitor } from '../../support/http/visitor.js';

const minute = 60_000;

describe('what has changed between the sign-in and the account', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  let on: boolean;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  afterEach(() => testApp.close());

  async function open(invitation: 'required' | 'optional' | 'never' | (() => 'required' | 'never') = 'required') {
    on = true;
    testApp = await openAcmeApp(provider, { flows: [signup] }, { enabled: () => on, invitation });
  }

  /** Carl has entered his code and is asked for a username; his seat is not claimed yet. */
  async function withCode(
    terms: { uses?: number; expires?: Date } = {},
  ): Promise<{ visitor: Visitor; id: string; code: string }> {
    await open();
    const { id, code } = await testApp.enrollment.invitations.create(terms);
    const visitor = await atGate(testApp, 'carl');
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.match(visitor.page.text, /Choose a username/);
    return { visitor, id, code };
  }

  it('the invitation was revoked: refused at the write, and no account is made', async () => {
    const { visitor, id } = await withCode();
    await testApp.enrollment.invitations.revoke(id);
    assertPlainRefusal(await visitor.submit({ username: 'carl' }));
    await assertNobody(testApp, visitor);
    assert.equal(await testApp.connections.find(testApp.identityOf('carl')), null);
  });

  it('the invitation was used up by another person: refused at the write', async () => {
    const { visitor, code } = await withCode({ uses: 1 });
    const ann = await atGate(testApp, 'ann');
    await ann.follow(await ann.submit({ invite_code: code }));
    assert.equal(await ann.me(), 'ann');
    assertPlainRefusal(await visitor.submit({ username: 'carl' }));
    assert.equal(await visitor.me(), null);
    assert.equal(testApp.members.length, 1);
  });

  it('the invitation has expired: refused at the write', async () => {
    const { visitor } = await withCode({ expires: new Date(Date.now() + 5 * minute) });
    testApp.clock.advance(6 * minute);
    assertPlainRefusal(await visitor.submit({ username: 'carl' }));
    await assertNobody(testApp, visitor);
  });

  it('the source was disabled at the provider, the gate or the last page: refused each time', async () => {
    const { visitor, id } = await withCode();
    const early = new Visitor(testApp);
    const callback = await onTheWayBack(early.client, provider, 'ann');
    const middle = await atGate(testApp, 'ann');
    const { code } = await testApp.enrollment.invitations.create();
    on = false;
    for (const path of [callback, '/source/acme/login']) assertPlainRefusal(await early.client.get(path), 404);
    assertPlainRefusal(await middle.submit({ invite_code: code }));
    assertPlainRefusal(await visitor.submit({ username: 'carl' }));
    await assertNobody(testApp, early, middle, visitor);
    const ledger = await testApp.enrollment.invitations.ledger(id);
    assert.ok(!ledger.some(({ kind }) => kind === 'claimed' || kind === 'redeemed'), 'nothing was spent');
    on = true;
    assertPlainRefusal(await early.client.get(callback));
  });

  it('the source was disabled after the account was made: it no longer signs the user in', async () => {
    const { visitor } = await withCode();
    await visitor.follow(await visitor.submit({ username: 'carl' }));
    const second = new Visitor(testApp);
    const callback = await onTheWayBack(second.client, provider, 'carl');
    on = false;
    assertPlainRefusal(await second.client.get(callback), 404);
    assert.equal(await second.me(), null);
  });

  it('the identity is older than an hour: a new sign-in, even if the plan was used meanwhile', async () => {
    await open();
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = await atGate(testApp, 'carl');
    testApp.clock.advance(45 * minute);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    testApp.clock.advance(16 * minute);
    const answer = await visitor.submit({ username: 'carl' });
    assertPlainRefusal(answer);
    assert.match(answer.text, /too long ago/);
    await assertNobody(testApp, visitor);
    // The provider's tokens use real time.
    testApp.clock.set(Date.now());
    const again = await atGate(testApp, 'carl', visitor);
    await again.follow(await again.submit({ invite_code: code }));
    await again.follow(await again.submit({ username: 'carl' }));
    assert.equal(await again.me(), 'carl');
  });

  it('the rule was relaxed temporarily: the write checks again, and requires the code', async () => {
    let rule: 'required' | 'never' = 'never';
    await open(() => rule);
    const visitor = await atGate(testApp, 'carl');
    assert.match(visitor.page.text, /Choose a username/);
    rule = 'required';
    const answer = await visitor.follow(await visitor.submit({ username: 'carl' }));
    assert.match(answer.text, /name="invite_code"/);
    await assertNobody(testApp, visitor);
    assert.equal((await visitor.submit({ invite_code: '' })).status, 422);
    await assertNobody(testApp, visitor);
    const { code } = await testApp.enrollment.invitations.create();
    let at = await visitor.follow(await visitor.submit({ invite_code: code }));
    if (at.text.includes('name="username"')) at = await visitor.follow(await visitor.submit({ username: 'carl' }));
    assert.equal(await visitor.me(), 'carl', at.text);
  });

  it('a verified address can be neither changed mid-flow nor joined by another', async () => {
    const { visitor } = await withCode();
    await visitor.follow(
      await visitor.submit({ username: 'carl', email: 'victim@example.com', 'fixed_data.email': 'victim@example.com' }),
    );
    assert.equal(await visitor.me(), 'carl');
    assert.deepEqual(
      testApp.members.map(({ email }) => email),
      ['carl@example.com'],
    );
  });

  it('a verified address cannot be changed on a signup page that shows it either', async () => {
    await open();
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    const back = await testApp.by(visitor, 'carl', `${testApp.page}source/acme/`);
    assert.equal(back.location, testApp.page);
    await visitor.open();
    assert.match(visitor.page.text, /value="carl@example\.com"/);
    await visitor.follow(await visitor.submit({ username: 'carl', email: 'victim@example.com' }));
    assert.equal(await visitor.me(), 'carl');
    assert.deepEqual(
      testApp.members.map(({ email }) => email),
      ['carl@example.com'],
    );
  });

  it('where an address is asked for, that of another account is refused and stays unchanged', async () => {
    await open();
    const { code } = await testApp.enrollment.invitations.create({ uses: 5 });
    const ann = await atGate(testApp, 'ann');
    await ann.follow(await ann.submit({ invite_code: code }));
    for (const person of ['bob', 'dora'] as const) {
      const visitor = await atGate(testApp, person);
      await visitor.follow(await visitor.submit({ invite_code: code }));
      assert.match(visitor.page.text, /name="email"/);
      for (const email of ['ann@example.com', 'ANN@EXAMPLE.COM ']) {
        const answer = await visitor.submit({ email });
        assert.equal(answer.status, 422, answer.text);
        assert.match(answer.text, /already exists/);
      }
      assert.equal(await visitor.me(), null);
      assert.equal(await testApp.connections.find(testApp.identityOf(person)), null);
    }
    assert.equal(testApp.members.length, 1);
  });

  it('fields that no stage asks for, posted at every page, are ignored', async () => {
    await open();
    const visitor = await atGate(testApp, 'carl');
    const extra = privilegesOf(testApp);
    const refused = await visitor.submit({ ...extra, invite_code: '' });
    assert.equal(refused.status, 422, refused.text);
    await assertNobody(testApp, visitor);
    const { code, id } = await testApp.enrollment.invitations.create();
    await visitor.follow(await visitor.submit({ ...extra, invite_code: code }));
    await visitor.follow(await visitor.submit({ ...extra, username: 'carl' }));
    const [carl, ...others] = testApp.members;
    assert.deepEqual([carl?.username, carl?.email, carl?.active, others], ['carl', 'carl@example.com', true, []]);
    assert.deepEqual(carl?.data, {});
    assert.equal(await testApp.connections.find(testApp.identityOf('carl')), carl?.id);
    assert.equal(await testApp.connections.find(testApp.identityOf('ann')), null);
    assert.equal((await testApp.enrollment.invitations.ledger(id)).filter(({ kind }) => kind === 'redeemed').length, 1);
  });
});
