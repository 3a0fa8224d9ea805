import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { authenticatorSetupFlow } from '../../lib/flows.js';
import { Secret, signInFlow } from '../../lib/index.js';
import { password } from '../support/account.js';
import { giveName, openPasskeyApp, optionsIn, withPasskey, type PasskeyApp } from '../support/http/passkey-app.js';
import { member, signInPage } from '../support/http/sign-in-app.js';
import { quickPasswords, signup } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';

const hour = 3600;
const cookie = 'enrollment.factor';

describe('a browser that proved a second factor, with lastUsedSeconds', () => {
  let opened: PasskeyApp;
  let name: string;
  let userId: string;
  let count = 0;
  let visitor: Visitor;
  let authenticator: SoftwareAuthenticator;

  before(async () => {
    opened = await openPasskeyApp({ secondFactor: { lastUsedSeconds: hour } });
  });
  after(() => opened.app.close());
  beforeEach(async () => {
    ({ id: userId } = await member(opened.app, (name = `member-${(count += 1)}`)));
    ({ authenticator } = await withPasskey(opened, name));
    visitor = new Visitor(opened.app);
    await giveName(visitor, name);
    const answer = await visitor.submit({ response: authenticator.get(optionsIn(visitor.page.text)) });
    assert.equal(answer.location, '/inside');
    await visitor.client.post('/sign-out', {});
    opened.app.clock.advance(121_000);
  });

  /** Signs in by the password; true where that was enough. */
  async function passwordIsEnough(who = visitor, as = name): Promise<boolean> {
    await giveName(who, as);
    const isIn = (await who.me()) === as;
    if (isIn) await who.client.post('/sign-out', {});
    else assert.match(who.page.text, /Confirm it’s you/);
    opened.app.clock.advance(121_000);
    return isIn;
  }

  it('is not asked again until the time is over', async () => {
    assert.equal(await passwordIsEnough(), true);
    assert.equal(await passwordIsEnough(), true);
    opened.app.clock.advance(hour * 1000);
    assert.equal(await passwordIsEnough(), false);
  });

  it('is asked in another browser, and for another user in this one', async () => {
    assert.equal(await passwordIsEnough(new Visitor(opened.app)), false);
    const other = `member-${(count += 1)}`;
    await member(opened.app, other);
    await withPasskey(opened, other);
    assert.equal(await passwordIsEnough(visitor, other), false);
  });

  it('is asked again once the authenticator is removed', async () => {
    const codes = (await opened.authenticators.list(userId)).filter(({ type }) => type === 'recovery_codes');
    for (const { id, type } of await opened.authenticators.list(userId))
      if (type === 'webauthn') await opened.authenticators.remove(userId, id);
    assert.equal(codes.length, 1);
    assert.equal(await passwordIsEnough(), false);
  });

  it('is asked again once the password has changed, also to the same one', async () => {
    const user = await opened.app.users.findById(userId);
    assert.ok(user);
    const passwordHash = await quickPasswords.hash(new Secret(password));
    await opened.app.users.update?.(user, { passwordHash });
    assert.equal(await passwordIsEnough(), false);
  });

  it('is asked where the cookie was changed, and by flows without the setting', async () => {
    const jar = visitor.client.cookies;
    const kept = jar.get(cookie);
    assert.ok(kept);
    for (const forged of [`${kept}x`, kept.replace(/^./, (one) => (one === 'A' ? 'B' : 'A')), userId, '']) {
      jar.set(cookie, forged);
      assert.equal(await passwordIsEnough(), false, forged);
    }
    jar.set(cookie, kept);
    assert.equal(await passwordIsEnough(), true);
    await giveName(visitor, name);
    await visitor.open('/if/flow/totp/');
    await visitor.follow(await visitor.submit({ password: password }));
    assert.match(visitor.page.text, /Confirm it’s you/);
  });

  it('proves nothing without the password', async () => {
    await visitor.open(signInPage);
    assert.equal((await visitor.submit({ uid_field: name, password: 'another one' })).status, 422);
    assert.equal(await visitor.me(), null);
  });
});

describe('a browser that is remembered by one sign-in, at another one', () => {
  const slugs = ['weak', 'strong', 'apps'] as const;
  let opened: PasskeyApp;
  let visitor: Visitor;

  before(async () => {
    const remembered = { lastUsedSeconds: hour };
    const settings = {
      weak: { ...remembered, webauthnUserVerification: 'discouraged' },
      strong: { ...remembered, webauthnUserVerification: 'required' },
      apps: { ...remembered, deviceClasses: ['totp'], notConfiguredAction: 'deny' },
    } as const;
    opened = await openPasskeyApp(
      {},
      {
        flows: [
          signInFlow({ slug: 'sign-in', target: '/inside' }),
          authenticatorSetupFlow({ slug: 'passkey', type: 'webauthn', target: '/settings' }),
          ...slugs.map((slug) => signInFlow({ slug, target: '/inside', secondFactor: settings[slug] })),
          signup,
        ],
      },
    );
  });
  after(() => opened.app.close());

  /** Signs in there: by the password alone, or else by the key; `refused` where neither is enough. */
  async function enter(
    slug: (typeof slugs)[number],
    name: string,
    key: SoftwareAuthenticator,
  ): Promise<'password' | 'key' | 'refused'> {
    await visitor.open(`/if/flow/${slug}/`);
    await visitor.follow(await visitor.submit({ uid_field: name, password }));
    let way: 'password' | 'key' = 'password';
    if ((await visitor.me()) === null && visitor.page.text.includes('data-passkey')) {
      way = 'key';
      await visitor.submit({ response: key.get(optionsIn(visitor.page.text)) });
    }
    const isIn = (await visitor.me()) === name;
    if (isIn) await visitor.client.post('/sign-out', {});
    opened.app.clock.advance(121_000);
    return isIn ? way : 'refused';
  }

  async function withKey(name: string, verifies: boolean): Promise<SoftwareAuthenticator> {
    await member(opened.app, name);
    const key = new SoftwareAuthenticator(opened.origin, { verifies });
    await withPasskey(opened, name, key);
    visitor = new Visitor(opened.app);
    return key;
  }

  it('counts only where that one would have taken the proof', async () => {
    const key = await withKey('ann', false);
    assert.equal(await enter('strong', 'ann', key), 'refused');
    assert.equal(await enter('weak', 'ann', key), 'key');
    assert.equal(await enter('strong', 'ann', key), 'refused');
    assert.equal(await enter('apps', 'ann', key), 'refused');
    assert.equal(await enter('weak', 'ann', key), 'password');
  });

  it('counts at one that demands less', async () => {
    const key = await withKey('bob', true);
    assert.equal(await enter('weak', 'bob', key), 'key');
    assert.equal(await enter('strong', 'bob', key), 'key');
    assert.equal(await enter('strong', 'bob', key), 'password');
    assert.equal(await enter('weak', 'bob', key), 'password');
  });
});

describe('deviceClasses', () => {
  it('other authenticators do not count: neither to be asked for, nor as an answer', async () => {
    const opened = await openPasskeyApp({
      secondFactor: { deviceClasses: ['totp'], notConfiguredAction: 'configure' },
    });
    const { id } = await member(opened.app, 'ann');
    const visitor = new Visitor(opened.app);
    await giveName(visitor, 'ann');
    assert.match(visitor.page.text, /Set up an authenticator app/);
    const secret = /secret=([A-Z2-7]+)/.exec(visitor.page.text)?.[1] ?? '';
    const code = (): string => generateSync({ secret, epoch: Math.floor(opened.app.clock.now() / 1000) });
    assert.equal((await visitor.submit({ code: code() })).location, '/inside');
    assert.deepEqual(
      (await opened.authenticators.list(id)).map(({ type }) => type),
      ['totp'],
    );
    const { authenticator } = await withPasskeyAfter(opened, visitor, code);
    const other = new Visitor(opened.app);
    const page = await giveName(other, 'ann');
    assert.doesNotMatch(page.text, /data-passkey|Use a passkey/);
    const challenge = Buffer.alloc(36, 1).toString('base64url');
    assert.equal((await other.submit({ response: authenticator.get({ challenge }) })).status, 422);
    const set = (await opened.authenticators.list(id)).filter(({ type }) => type === 'recovery_codes');
    assert.equal(set.length, 1);
    assert.equal(await other.me(), null);
    await opened.app.close();
  });

  it('other authenticators are asked for before one is set up: the password alone adds none', async () => {
    const secondFactor = { deviceClasses: ['webauthn'], notConfiguredAction: 'configure', setUp: 'webauthn' } as const;
    const opened = await openPasskeyApp(
      {},
      {
        flows: [
          signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: { deviceClasses: ['totp'] } }),
          signInFlow({ slug: 'narrow', target: '/inside', secondFactor }),
          authenticatorSetupFlow({ slug: 'totp', type: 'totp', target: '/settings' }),
          signup,
        ],
      },
    );
    const { id } = await member(opened.app, 'ann');
    const owner = new Visitor(opened.app);
    await giveName(owner, 'ann');
    await owner.open('/if/flow/totp/');
    await owner.follow(await owner.submit({ password }));
    const secret = /secret=([A-Z2-7]+)/.exec(owner.page.text)?.[1] ?? '';
    const code = (): string => generateSync({ secret, epoch: Math.floor(opened.app.clock.now() / 1000) });
    await owner.submit({ code: code() });
    opened.app.clock.advance(60_000);

    const visitor = new Visitor(opened.app);
    await visitor.open('/if/flow/narrow/');
    await visitor.follow(await visitor.submit({ uid_field: 'ann', password }));
    assert.match(visitor.step, /^other-factor /);
    const types = async (): Promise<readonly string[]> =>
      (await opened.authenticators.list(id)).map(({ type }) => type);
    assert.deepEqual(await types(), ['totp']);
    await visitor.follow(await visitor.submit({ code: code() }));
    const authenticator = new SoftwareAuthenticator(opened.origin);
    const created = authenticator.create(optionsIn(visitor.page.text));
    assert.equal((await visitor.submit({ response: created })).location, '/inside');
    assert.deepEqual([await types(), await visitor.me()], [['totp', 'webauthn'], 'ann']);
    await opened.app.close();
  });
});

/** Adds a passkey to a signed-in user who has an app. */
async function withPasskeyAfter(
  opened: PasskeyApp,
  visitor: Visitor,
  code: () => string,
): Promise<{ readonly authenticator: SoftwareAuthenticator }> {
  const authenticator = new SoftwareAuthenticator(opened.origin);
  await visitor.open('/if/flow/passkey/');
  await visitor.follow(await visitor.submit({ password }));
  opened.app.clock.advance(60_000);
  await visitor.follow(await visitor.submit({ code: code() }));
  await visitor.follow(await visitor.submit({ response: authenticator.create(optionsIn(visitor.page.text)) }));
  assert.equal((await visitor.submit({})).location, '/settings');
  return { authenticator };
}
