import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { OpenIdConnectSettings } from '../../../lib/sources/open-id-connect-settings.js';
import type { OpenIdProvider, Person } from '../../services/openid-provider.js';
import type { RawAnswer } from '../../services/raw-client.js';
import type { ClubOptions } from '../club.js';
import { member } from '../sign-in-club.js';
import { password, Visitor } from '../visitor.js';
import { openAcmeClub, startAcme, type AcmeClub } from './acme.js';
import {
  comesIn,
  connectPage,
  gatePage,
  linkedEvents,
  switchableUsers,
  withoutPassword,
  withSignIn,
  type SwitchableUsers,
} from './people.js';

describe('an account that has what a source says of somebody', () => {
  let provider: OpenIdProvider;
  let house: SwitchableUsers;
  let club: AcmeClub;
  let visitor: Visitor;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  beforeEach(() => open());
  afterEach(() => club.close());

  async function open(terms: Partial<OpenIdConnectSettings> = {}, options: ClubOptions = {}): Promise<void> {
    house = switchableUsers();
    const { users, redemptions } = house;
    club = await openAcmeClub(provider, { users, redemptions, flows: [...withSignIn], ...options }, terms);
    visitor = new Visitor(club);
  }

  async function reopen(...given: Parameters<typeof open>): Promise<void> {
    await club.close();
    await open(...given);
  }

  async function arrive(person: Person): Promise<RawAnswer> {
    const back = await club.by(visitor, person);
    assert.deepEqual([back.status, back.location], [303, connectPage]);
    return visitor.get(back.location);
  }

  async function connectedTo(id: string | null, person: Person = 'ann'): Promise<void> {
    assert.equal(await club.connections.find(club.identityOf(person)), id);
    assert.deepEqual(linkedEvents(club), id === null ? [] : [id]);
  }

  it('T-SSO-13: is connected by its password, which is asked for with its address', async () => {
    const ann = await member(club, 'ann');
    const page = await arrive('ann');
    assert.match(page.text, /You already have an account here/);
    assert.match(page.text, /ann@example\.com/);
    assert.match(page.text, /type="password"/);
    assert.equal((await visitor.submit({ password: 'not the password of ann' })).status, 422);
    await connectedTo(null);
    assert.equal(await visitor.me(), null);
    await visitor.follow(await visitor.submit({ password }));
    // Who somebody is does not say that they want this.
    await connectedTo(null);
    assert.match(visitor.page.text, /Connect Acme to your account/);
    assert.match(visitor.page.text, /You’re signed in to Acme as ann@example\.com/);
    assert.equal((await visitor.submit({})).status, 303);
    await connectedTo(ann.id);
    assert.deepEqual([await visitor.me(), await comesIn(club, 'ann')], ['ann', 'ann']);
  });

  it('T-SSO-13: is not connected by the password of another account, whatever is posted beside it', async () => {
    const ann = await withoutPassword(club, 'ann-the-first', 'ann@example.com');
    const mallory = await member(club, 'mallory');
    // An account without a password waits for an invitation bound to its address: the gate asks for the code.
    assert.equal((await club.by(visitor, 'ann')).location, gatePage);
    await house.users.update?.(ann, { passwordHash: 'no hash of any password' });
    await arrive('ann');
    const posted = { password, uid_field: 'mallory', pending_user: mallory.id, pending_user_identifier: 'mallory' };
    assert.equal((await visitor.submit(posted)).status, 422);
    await connectedTo(null);
    assert.equal(await visitor.me(), null);
  });

  it('T-SSO-13: guesses end the plan, and are counted for everybody', async () => {
    await member(club, 'ann');
    await arrive('ann');
    let last = await visitor.submit({ password: 'guess number zero' });
    for (let guess = 1; guess < 7 && last.status === 422; guess += 1)
      last = await visitor.submit({ password: `guess number ${String(guess)}` });
    assert.ok([403, 429].includes(last.status), String(last.status));
    await connectedTo(null);
  });

  it('with username_link, is asked for by its name', async () => {
    await reopen({ matching: 'username_link' });
    const ann = await withoutPassword(club, 'unrelated', 'ann@example.com');
    const named = await member(club, 'bob');
    const page = await arrive('bob');
    assert.match(page.text, /value="bob"/);
    await visitor.follow(await visitor.submit({ password }));
    await visitor.submit({});
    await connectedTo(named.id, 'bob');
    assert.equal(await club.connections.find({ ...club.identityOf('ann') }), null);
    assert.ok(ann.id);
  });

  it('with email_deny or username_deny, keeps the person out, with a way on', async () => {
    for (const matching of ['email_deny', 'username_deny'] as const) {
      await reopen({ matching });
      await member(club, 'ann');
      const refused = await club.by(visitor, 'ann');
      assert.equal(refused.status, 403);
      assert.match(refused.text, /already exists\. Sign in the way you signed up/);
      await connectedTo(null);
      const other = await club.by(new Visitor(club), matching === 'email_deny' ? 'carl' : 'eve');
      assert.equal(other.location, gatePage, 'nobody else is kept out');
    }
  });

  it('with linkWithoutProof, is connected at once, and only by the one field', async () => {
    await reopen({ matching: 'email_link', linkWithoutProof: true });
    const ann = await withoutPassword(club, 'somebody', 'ann@example.com');
    await withoutPassword(club, 'carl', 'other@example.com');
    assert.equal(await comesIn(club, 'ann'), 'somebody');
    await connectedTo(ann.id);
    assert.equal((await club.by(visitor, 'carl')).location, gatePage);
  });

  it('T-SSO-12: an address that nobody verified matches nothing, whatever the mode', async () => {
    for (const terms of [{}, { matching: 'email_link', linkWithoutProof: true }] as const) {
      await reopen(terms);
      await member(club, 'bob');
      await member(club, 'admin');
      for (const person of ['bob', 'eve'] as const) {
        const back = await club.by(new Visitor(club), person);
        if ('matching' in terms) assert.equal(back.status, 403, 'no address that counts');
        else assert.equal(back.location, gatePage);
        await connectedTo(null, person);
      }
    }
  });

  it('T-SSO-24: who is not active stays out on every way, with the same words', async () => {
    const words = 'This account isn’t active. Ask whoever runs this site.';
    const ann = await member(club, 'ann');
    house.asleep.add(ann.id);
    const matched = await club.by(visitor, 'ann');
    await club.connections.link(ann.id, club.identityOf('ann'));
    const connected = await club.by(visitor, 'ann');
    for (const { status, text } of [matched, connected]) {
      assert.equal(status, 403);
      assert.ok(text.includes(words), text);
    }
    await reopen({ matching: 'email_link', linkWithoutProof: true });
    const again = await member(club, 'ann');
    house.asleep.add(again.id);
    assert.ok((await club.by(visitor, 'ann')).text.includes(words));
    await connectedTo(null);
    await reopen({}, { findUser: () => again });
    house.asleep.add(again.id);
    assert.ok((await club.by(visitor, 'ann')).text.includes(words));
    assert.equal(await visitor.me(), null);
  });

  it('T-SSO-24: who falls asleep while the password is typed stays out', async () => {
    const ann = await member(club, 'ann');
    await arrive('ann');
    house.asleep.add(ann.id);
    assert.notEqual((await visitor.submit({ password })).status, 303);
    await connectedTo(null);
    assert.equal(await visitor.me(), null);
  });
});
