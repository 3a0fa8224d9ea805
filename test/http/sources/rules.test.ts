import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import type { PendingIdentity } from '../../../lib/index.js';
import type { InvitationRule } from '../../../lib/ports/identities.js';
import type { OpenIdConnectSettings } from '../../../lib/sources/openid-connect/settings.js';
import { accountOf } from '../../support/account.js';
import type { TestAppOptions } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider, Person } from '../../support/openid-provider.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import { comesIn, gatePage, minutes } from '../../support/sources/people.js';

describe('whether people of a source need an invitation', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  let visitor: Visitor;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  afterEach(() => testApp.close());

  async function open(invitation: OpenIdConnectSettings['invitation'], options: TestAppOptions = {}): Promise<void> {
    testApp = await openAcmeApp(provider, options, { invitation });
    visitor = new Visitor(testApp);
  }

  async function arrive(person: Person): Promise<void> {
    await visitor.follow(await testApp.by(visitor, person));
  }

  const names = (): readonly (string | null)[] => testApp.members.map(({ username }) => username);
  const newCode = async (): Promise<string> => (await testApp.enrollment.invitations.create()).code;

  async function usesOf(code: string): Promise<number> {
    return (await testApp.enrollment.invitations.explain(code))?.invitation?.redeemed ?? -1;
  }

  describe('optional', () => {
    it('a blank code passes, and is not marked as required', async () => {
      await open('optional');
      await arrive('ann');
      assert.doesNotMatch(
        /<input[^>]*name="invite_code"[^>]*>/s.exec(visitor.page.text)?.[0] ?? 'required',
        /required/,
      );
      await visitor.submit({ invite_code: '  ' });
      assert.deepEqual([await visitor.me(), names()], ['ann', ['ann']]);
    });

    it('a given code is checked, and used', async () => {
      await open('optional');
      const code = await newCode();
      await arrive('ann');
      assert.equal((await visitor.submit({ invite_code: 'NO-SUCH-CODE' })).status, 422);
      assert.deepEqual(names(), []);
      await visitor.submit({ invite_code: code });
      assert.deepEqual([await visitor.me(), await usesOf(code)], ['ann', 1]);
    });

    it('applies to people identified by the source, and to no one else', async () => {
      await open('optional');
      await visitor.open();
      assert.equal((await visitor.submit({ invite_code: '' })).status, 422);
    });
  });

  describe('never', () => {
    it('an account is created at the callback if nothing is missing', async () => {
      await open('never');
      const back = await testApp.by(visitor, 'ann', '/source/acme/login?next=/books');
      assert.deepEqual([back.status, back.location, await visitor.me()], [303, '/books', 'ann']);
      assert.deepEqual([names(), await comesIn(testApp, 'ann')], [['ann'], 'ann']);
      assert.equal(testApp.members.length, 1);
    });

    it('what is missing is asked for, without a code', async () => {
      await open('never');
      await arrive('carl');
      assert.match(visitor.page.text, /Choose a username/);
      assert.deepEqual(names(), []);
      await visitor.submit({ username: 'carl' });
      assert.equal(await visitor.me(), 'carl');
    });

    it('a name that is taken is asked for again, before anything is written', async () => {
      await open('never');
      await testApp.by(new Visitor(testApp), 'ann');
      await arrive('eve');
      await visitor.submit({ username: 'ann', email: 'eve@example.com' });
      assert.deepEqual(names(), ['ann']);
    });

    it('in an active flow: the code page is skipped', async () => {
      await open('never');
      await visitor.open();
      await visitor.follow(await testApp.by(visitor, 'ann', '/if/flow/invite/source/acme/'));
      assert.equal(visitor.step.split(' ')[0], 'account');
      await visitor.submit({ username: 'ann' });
      assert.equal(await visitor.me(), 'ann');
    });

    it('a code accepted earlier is used all the same', async () => {
      await open('never');
      const code = await newCode();
      await visitor.enterCode(code);
      await visitor.follow(await testApp.by(visitor, 'ann', '/if/flow/invite/source/acme/'));
      await visitor.submit({ username: 'ann' });
      assert.deepEqual([await visitor.me(), await usesOf(code)], ['ann', 1]);
    });

    it('opens no other path: no one else gets in without a code', async () => {
      await open('never');
      await visitor.open();
      const { action, hidden } = visitor.form;
      await visitor.client.post(action, { ...hidden, ...accountOf('zoe') });
      await visitor.get(gatePage);
      assert.deepEqual([names(), await visitor.me()], [[], null]);
    });
  });

  describe('a function', () => {
    const byDomain = ({ email, emailVerified }: PendingIdentity): InvitationRule =>
      emailVerified && email === 'ann@example.com' ? 'never' : 'required';

    it('is evaluated for each person', async () => {
      await open(byDomain);
      await arrive('bob');
      assert.equal((await visitor.submit({ invite_code: '' })).status, 422);
      assert.equal(await comesIn(testApp, 'ann'), 'ann');
      assert.deepEqual(names(), ['ann']);
    });

    it('its result for one account does not apply to another that is chosen instead', async () => {
      await open(({ subject }) => (subject === 'dora' ? 'never' : 'required'));
      await arrive('dora');
      assert.match(visitor.page.text, /Your email address/);
      await visitor.follow(await testApp.by(visitor, 'carl', `${gatePage}source/acme/other/`));
      assert.equal(visitor.step.split(' ')[0], 'invite-code');
      assert.equal((await visitor.submit({ invite_code: '' })).status, 422);
      assert.deepEqual(names(), []);
    });

    const answers: readonly (readonly [string, () => InvitationRule])[] = [
      [
        'throws',
        () => {
          throw new Error('the directory is away');
        },
      ],
      ['says what it may not', () => JSON.parse('"yes"') as InvitationRule],
    ];
    for (const [does, answer] of answers) {
      it(`that ${does} requires a code`, async () => {
        await open(answer);
        await arrive('ann');
        assert.equal(visitor.step.split(' ')[0], 'invite-code');
        assert.equal((await visitor.submit({ invite_code: '' })).status, 422);
        assert.deepEqual(names(), []);
        assert.ok(testApp.log.some(({ level }) => level === 'error'));
      });
    }

    for (const first of ['never', 'optional'] as const) {
      it(`that says ${first} and then required: the code is asked for on every view`, async () => {
        let rule: InvitationRule = first;
        await open(() => rule);
        const code = await newCode();
        await arrive('carl');
        if (first === 'optional') await visitor.follow(await visitor.submit({ invite_code: '' }));
        assert.equal(visitor.step.split(' ')[0], 'username');
        rule = 'required';
        await visitor.follow(await visitor.submit({ username: 'carl' }));
        assert.deepEqual(names(), []);
        assert.equal(visitor.step.split(' ')[0], 'invite-code');
        assert.match(visitor.page.text, /need an invitation to create an account/);
        await visitor.open(gatePage);
        assert.equal(visitor.step.split(' ')[0], 'invite-code', 'after a reload');
        assert.ok((await visitor.submit({ invite_code: '' })).status >= 303);
        assert.deepEqual(names(), []);
        await visitor.open(gatePage);
        await visitor.follow(await visitor.submit({ invite_code: code }));
        await visitor.submit({ username: 'carl' });
        assert.deepEqual([await visitor.me(), await usesOf(code)], ['carl', 1]);
      });
    }

    it('that changes its result during the callback creates no account', async () => {
      let asked = 0;
      await open(() => (++asked === 1 ? 'never' : 'required'));
      await arrive('ann');
      assert.deepEqual([names(), await visitor.me()], [[], null]);
      assert.equal(visitor.step.split(' ')[0], 'invite-code');
      await visitor.submit({ invite_code: await newCode() });
      assert.equal(await visitor.me(), 'ann');
    });
  });

  it('an identity pending for over an hour makes no account and takes no seat', async () => {
    await open('required');
    const code = await newCode();
    await arrive('carl');
    testApp.clock.advance(40 * minutes);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    testApp.clock.advance(30 * minutes);
    const refused = await visitor.submit({ username: 'carl' });
    assert.equal(refused.status, 403);
    assert.match(refused.text, /too long ago\. Sign in there again/);
    assert.deepEqual([names(), await usesOf(code)], [[], 0]);
  });

  it('a source that is disabled before the write makes no account and takes no seat', async () => {
    let on = true;
    testApp = await openAcmeApp(provider, {}, { enabled: () => on });
    visitor = new Visitor(testApp);
    const code = await newCode();
    await arrive('ann');
    on = false;
    assert.equal((await visitor.submit({ invite_code: code })).status, 403);
    assert.deepEqual([names(), await usesOf(code)], [[], 0]);
    assert.notEqual((await visitor.client.get('/source/acme/login')).status, 303);
  });

  it('registration never: a page says so, nothing is written, and people with an account sign in', async () => {
    testApp = await openAcmeApp(provider, {}, { registration: 'never' });
    visitor = new Visitor(testApp);
    await visitor.enterCode(await newCode());
    assert.doesNotMatch(visitor.page.text, /source\/acme/, 'a sign-up offers no source that creates no account');
    const stranger = new Visitor(testApp);
    const page = await testApp.by(stranger, 'ann');
    assert.equal(page.status, 403);
    assert.match(page.text, /We don’t know this Acme account, and you can’t sign up with Acme here/);
    assert.deepEqual([(await stranger.client.get(gatePage)).status, names(), await stranger.me()], [403, [], null]);
    const midway = await testApp.by(visitor, 'ann', '/if/flow/invite/source/acme/');
    assert.equal(midway.status, 403);
    await visitor.open();
    await visitor.submit(accountOf('ann'));
    await testApp.connections.link(testApp.members[0]?.id ?? '', testApp.identityOf('ann'));
    assert.deepEqual([await comesIn(testApp, 'ann'), names()], ['ann', ['ann']]);
  });

  it('with open registration, the source’s own rule still applies', async () => {
    await open('required', { registration: 'open' });
    await arrive('ann');
    assert.equal((await visitor.submit({ invite_code: '' })).status, 422);
    await testApp.close();
    await open('never', { registration: 'open' });
    assert.equal(await comesIn(testApp, 'ann'), 'ann');
  });
});
