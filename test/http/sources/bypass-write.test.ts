import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import type { OpenIdProvider } from '../../services/openid-provider.js';
import { signup } from '../club.js';
import { privilegesOf } from './bypass-fields.js';
import { openAcmeClub, startAcme, type AcmeClub } from './acme.js';
import { assertNobody, assertPlainRefusal, atGate, onTheWayBack } from './bypass-tricks.js';
import { Visitor } from '../visitor.js';

const minute = 60_000;

describe('what has changed between the way in and the account', () => {
  let provider: OpenIdProvider;
  let club: AcmeClub;
  let on: boolean;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  afterEach(() => club.close());

  async function open(invitation: 'required' | 'optional' | 'never' | (() => 'required' | 'never') = 'required') {
    on = true;
    club = await openAcmeClub(provider, { flows: [signup] }, { enabled: () => on, invitation });
  }

  /** Carl has typed his code and is asked for a user name; what was promised to him is not his yet. */
  async function withCode(
    terms: { uses?: number; expires?: Date } = {},
  ): Promise<{ visitor: Visitor; id: string; code: string }> {
    await open();
    const { id, code } = await club.enrollment.invitations.create(terms);
    const visitor = await atGate(club, 'carl');
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.match(visitor.page.text, /Choose a username/);
    return { visitor, id, code };
  }

  it('the invitation was revoked: refused at the write, and nobody is made', async () => {
    const { visitor, id } = await withCode();
    await club.enrollment.invitations.revoke(id);
    assertPlainRefusal(await visitor.submit({ username: 'carl' }));
    await assertNobody(club, visitor);
    assert.equal(await club.connections.find(club.identityOf('carl')), null);
  });

  it('the invitation was used up by another: refused at the write', async () => {
    const { visitor, code } = await withCode({ uses: 1 });
    const ann = await atGate(club, 'ann');
    await ann.follow(await ann.submit({ invite_code: code }));
    assert.equal(await ann.me(), 'ann');
    assertPlainRefusal(await visitor.submit({ username: 'carl' }));
    assert.equal(await visitor.me(), null);
    assert.equal(club.members.length, 1);
  });

  it('the invitation has expired: refused at the write', async () => {
    const { visitor } = await withCode({ expires: new Date(Date.now() + 5 * minute) });
    club.clock.advance(6 * minute);
    assertPlainRefusal(await visitor.submit({ username: 'carl' }));
    await assertNobody(club, visitor);
  });

  it('T-SSO-23: the source was switched off at the provider, at the gate, or at the last page: refused each time', async () => {
    const { visitor, id } = await withCode();
    const early = new Visitor(club);
    const callback = await onTheWayBack(early.client, provider, 'ann');
    const middle = await atGate(club, 'ann');
    const { code } = await club.enrollment.invitations.create();
    on = false;
    for (const path of [callback, '/source/acme/login']) assertPlainRefusal(await early.client.get(path), 404);
    assertPlainRefusal(await middle.submit({ invite_code: code }));
    assertPlainRefusal(await visitor.submit({ username: 'carl' }));
    await assertNobody(club, early, middle, visitor);
    const ledger = await club.enrollment.invitations.ledger(id);
    assert.ok(!ledger.some(({ kind }) => kind === 'claimed' || kind === 'redeemed'), 'nothing was spent');
    on = true;
    assertPlainRefusal(await early.client.get(callback));
  });

  it('the source was switched off after the account was made: who is known does not come in by it either', async () => {
    const { visitor } = await withCode();
    await visitor.follow(await visitor.submit({ username: 'carl' }));
    const second = new Visitor(club);
    const callback = await onTheWayBack(second.client, provider, 'carl');
    on = false;
    assertPlainRefusal(await second.client.get(callback), 404);
    assert.equal(await second.me(), null);
  });

  it('the identity is older than an hour: sign in anew, though the plan was touched meanwhile', async () => {
    await open();
    const { code } = await club.enrollment.invitations.create();
    const visitor = await atGate(club, 'carl');
    club.clock.advance(45 * minute);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    club.clock.advance(16 * minute);
    const answer = await visitor.submit({ username: 'carl' });
    assertPlainRefusal(answer);
    assert.match(answer.text, /too long ago/);
    await assertNobody(club, visitor);
    // The provider's tokens are of the real time.
    club.clock.set(Date.now());
    const again = await atGate(club, 'carl', visitor);
    await again.follow(await again.submit({ invite_code: code }));
    await again.follow(await again.submit({ username: 'carl' }));
    assert.equal(await again.me(), 'carl');
  });

  it('the rule was loosened for a moment: the write asks anew, and wants the code then', async () => {
    let rule: 'required' | 'never' = 'never';
    await open(() => rule);
    const visitor = await atGate(club, 'carl');
    assert.match(visitor.page.text, /Choose a username/);
    rule = 'required';
    const answer = await visitor.follow(await visitor.submit({ username: 'carl' }));
    assert.match(answer.text, /name="invite_code"/);
    await assertNobody(club, visitor);
    assert.equal((await visitor.submit({ invite_code: '' })).status, 422);
    await assertNobody(club, visitor);
    const { code } = await club.enrollment.invitations.create();
    let at = await visitor.follow(await visitor.submit({ invite_code: code }));
    if (at.text.includes('name="username"')) at = await visitor.follow(await visitor.submit({ username: 'carl' }));
    assert.equal(await visitor.me(), 'carl', at.text);
  });

  it('T-SSO-26: a verified address cannot be changed on the way, nor one put beside it', async () => {
    const { visitor } = await withCode();
    await visitor.follow(
      await visitor.submit({ username: 'carl', email: 'victim@example.com', 'fixed_data.email': 'victim@example.com' }),
    );
    assert.equal(await visitor.me(), 'carl');
    assert.deepEqual(
      club.members.map(({ email }) => email),
      ['carl@example.com'],
    );
  });

  it('T-SSO-26: a verified address cannot be changed on a page of the sign-up either that shows it', async () => {
    await open();
    const { code } = await club.enrollment.invitations.create();
    const visitor = new Visitor(club);
    await visitor.enterCode(code);
    const back = await club.by(visitor, 'carl', `${club.page}source/acme/`);
    assert.equal(back.location, club.page);
    await visitor.open();
    assert.match(visitor.page.text, /value="carl@example\.com"/);
    await visitor.follow(await visitor.submit({ username: 'carl', email: 'victim@example.com' }));
    assert.equal(await visitor.me(), 'carl');
    assert.deepEqual(
      club.members.map(({ email }) => email),
      ['carl@example.com'],
    );
  });

  it("T-SSO-26: where an address is asked for, another account's is refused, and that account stays as it was", async () => {
    await open();
    const { code } = await club.enrollment.invitations.create({ uses: 5 });
    const ann = await atGate(club, 'ann');
    await ann.follow(await ann.submit({ invite_code: code }));
    for (const person of ['bob', 'dora'] as const) {
      const visitor = await atGate(club, person);
      await visitor.follow(await visitor.submit({ invite_code: code }));
      assert.match(visitor.page.text, /name="email"/);
      for (const email of ['ann@example.com', 'ANN@EXAMPLE.COM ']) {
        const answer = await visitor.submit({ email });
        assert.equal(answer.status, 422, answer.text);
        assert.match(answer.text, /already exists/);
      }
      assert.equal(await visitor.me(), null);
      assert.equal(await club.connections.find(club.identityOf(person)), null);
    }
    assert.equal(club.members.length, 1);
  });

  it('T-MASS-01: fields that nobody asks for, posted at every page, are heard by nobody', async () => {
    await open();
    const visitor = await atGate(club, 'carl');
    const extra = privilegesOf(club);
    const refused = await visitor.submit({ ...extra, invite_code: '' });
    assert.equal(refused.status, 422, refused.text);
    await assertNobody(club, visitor);
    const { code, id } = await club.enrollment.invitations.create();
    await visitor.follow(await visitor.submit({ ...extra, invite_code: code }));
    await visitor.follow(await visitor.submit({ ...extra, username: 'carl' }));
    const [carl, ...others] = club.members;
    assert.deepEqual([carl?.username, carl?.email, carl?.active, others], ['carl', 'carl@example.com', true, []]);
    assert.deepEqual(carl?.data, {});
    assert.equal(await club.connections.find(club.identityOf('carl')), carl?.id);
    assert.equal(await club.connections.find(club.identityOf('ann')), null);
    assert.equal((await club.enrollment.invitations.ledger(id)).filter(({ kind }) => kind === 'redeemed').length, 1);
  });
});
