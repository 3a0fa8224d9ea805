import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import type { OpenIdConnectSettings } from '../../../lib/sources/openid-connect/settings.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider, Person } from '../../support/openid-provider.js';
import type { RawAnswer } from '../../support/raw-client.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import { gatePage } from '../../support/sources/people.js';

type Policy = NonNullable<OpenIdConnectSettings['address']>;

describe('a bound invitation and the verified address of a source', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  let visitor: Visitor;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  afterEach(() => testApp.close());

  async function open(terms: Partial<OpenIdConnectSettings>): Promise<void> {
    testApp = await openAcmeApp(provider, {}, terms);
    visitor = new Visitor(testApp);
  }

  /** Signs in as `person` and enters the code of an invitation bound to `bound`. */
  async function tries(bound: string, person: Person): Promise<RawAnswer> {
    const { code } = await testApp.enrollment.invitations.create(
      bound.startsWith('@') ? { domain: bound.slice(1) } : { email: bound },
    );
    visitor = new Visitor(testApp);
    await visitor.follow(await testApp.by(visitor, person));
    return visitor.submit({ invite_code: code });
  }

  const emitted = (): number => testApp.events.filter(({ name }) => name === 'invitation.address_differs').length;

  const cases: readonly (readonly [Policy, Readonly<Record<string, boolean>>])[] = [
    ['strict', { 'ann@example.com': true, '@example.com': true, 'boss@example.com': false, '@other.example': false }],
    [
      'domain',
      { 'ann@example.com': true, '@example.com': true, 'boss@example.com': true, 'boss@other.example': false },
    ],
    ['notify', { 'ann@example.com': true, 'boss@example.com': true, '@other.example': true }],
    ['off', { 'ann@example.com': true, 'boss@example.com': true, '@other.example': true }],
    ['verified-any', { 'ann@example.com': true, 'boss@example.com': false, 'archer@work.example': true }],
  ];
  for (const [address, expected] of cases) {
    for (const [bound, passes] of Object.entries(expected)) {
      it(`${address}: ann@example.com ${passes ? 'may' : 'may not'} use one for ${bound}`, async () => {
        await open({ address, otherEmails: () => ['archer@work.example'] });
        const answer = await tries(bound, 'ann');
        assert.equal(answer.status, passes ? 303 : 422, answer.text);
        assert.equal(await visitor.me(), passes ? 'ann' : null);
        assert.deepEqual(
          testApp.members.map(({ email }) => email),
          passes ? ['ann@example.com'] : [],
          'never the address of the invitation',
        );
        const differs = bound !== 'ann@example.com' && bound !== '@example.com';
        assert.equal(emitted(), address === 'notify' && differs ? 1 : 0);
      });
    }
  }

  it('strict: another verified address is not enough', async () => {
    await open({ otherEmails: () => ['archer@work.example'] });
    assert.equal((await tries('archer@work.example', 'ann')).status, 422);
  });

  it('the page shows both addresses and offers another account, which continues the plan', async () => {
    await open({});
    const { code } = await testApp.enrollment.invitations.create({ email: 'carl@example.com' });
    await visitor.follow(await testApp.by(visitor, 'ann', '/source/acme/login?next=/books'));
    const page = await visitor.submit({ invite_code: code });
    assert.equal(page.status, 422);
    assert.match(
      page.text,
      /This invitation is for carl@example\.com, but you’re signed in to Acme as ann@example\.com/,
    );
    const other = `${gatePage}source/acme/other/`;
    assert.ok(page.text.includes(`href="${other}"`));
    const back = await testApp.by(visitor, 'carl', other);
    assert.equal(back.location, gatePage);
    await visitor.follow(back);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    const done = await visitor.submit({ username: 'carl' });
    assert.deepEqual([done.location, await visitor.me()], ['/books', 'carl']);
    assert.equal(testApp.members[0]?.email, 'carl@example.com');
  });

  it('a code accepted for one account is dropped for another that it does not fit', async () => {
    await open({});
    const { code } = await testApp.enrollment.invitations.create({ email: 'carl@example.com' });
    await visitor.follow(await testApp.by(visitor, 'carl'));
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal(visitor.step.split(' ')[0], 'username');
    await visitor.follow(await testApp.by(visitor, 'ann', `${gatePage}source/acme/other/`));
    assert.equal(visitor.step.split(' ')[0], 'invite-code');
    assert.equal((await visitor.submit({ invite_code: code })).status, 422);
    assert.equal(testApp.members.length, 0);
  });

  it('a code accepted before the sign-in is checked against the person who signs in', async () => {
    await open({});
    const { code } = await testApp.enrollment.invitations.create({ email: 'carl@example.com' });
    await visitor.enterCode(code);
    await visitor.follow(await testApp.by(visitor, 'ann', '/if/flow/invite/source/acme/'));
    assert.equal(visitor.step.split(' ')[0], 'invite-code');
    assert.equal((await visitor.submit({ invite_code: code })).status, 422);
    await visitor.follow(await testApp.by(visitor, 'carl', '/if/flow/invite/source/acme/other/'));
    assert.equal(visitor.step.split(' ')[0], 'account', 'it fits again, and is still accepted');
    await visitor.submit({ username: 'carl' });
    assert.deepEqual([await visitor.me(), testApp.members[0]?.email], ['carl', 'carl@example.com']);
  });

  it('an unverified address matches nothing and is shown to no one else', async () => {
    await open({});
    const page = await tries('bob@example.com', 'bob');
    assert.equal(page.status, 422);
    assert.match(page.text, /for bob@example\.com, and Acme hasn’t verified your address/);
    const carls = await tries('carl@example.com', 'dora');
    assert.equal(carls.status, 422);
    assert.deepEqual(testApp.members, []);
  });

  it('off, without a verified address: the account does not get the invitation’s', async () => {
    await open({ address: 'off' });
    const accepted = await tries('boss@example.com', 'dora');
    assert.equal(accepted.status, 303);
    await visitor.follow(accepted);
    assert.doesNotMatch(visitor.page.text, /boss@example\.com/);
    await visitor.submit({ email: 'dora@example.com' });
    assert.equal(testApp.members[0]?.email, 'dora@example.com');
  });
});
