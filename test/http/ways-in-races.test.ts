import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { accountSettings, recoveryFlow } from '../../lib/flows.js';
import { memoryConnections, memoryUsers, signInFlow, type MemoryUser } from '../../lib/index.js';
import { Secret } from '../../lib/base/secret.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { password } from '../support/account.js';
import { itInCampaign } from '../support/campaign.js';
import { optionsIn } from '../support/http/passkey-app.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { quickPasswords, signup } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import type { OpenIdProvider } from '../support/openid-provider.js';
import type { RawAnswer } from '../support/raw-client.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../support/sources/acme.js';

const newPassword = 'a tram that crosses the harbor';
const strangersPassword = 'a ferry that leaves at midnight';
const confirmPage = '/if/flow/connect-account/';

type AnyCall = (...given: never[]) => Promise<unknown>;

/** What a stranger in the account adds while its owner takes it back. */
describe('what opens an account, added in the moment in which its owner ends it', () => {
  const mailer = memoryMailer();
  const authenticators = memoryAuthenticators();
  const connections = memoryConnections();
  const store = memoryUsers();
  let redis: TestRedis;
  let provider: OpenIdProvider;
  let app: AcmeApp;
  let origin: string;
  let count = 0;
  /** Called before a call of a store; the call waits for it. */
  let meet: (call: string) => Promise<void> = async () => undefined;

  /** Each call of a store waits for `meet`. */
  function held<Store extends object>(given: Store): Store {
    return new Proxy(given, {
      get(target, name, receiver): unknown {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function' || name === 'toProfile') return member;
        return async (...args: never[]): Promise<unknown> => {
          await meet(String(name));
          return (member as AnyCall).apply(target, args);
        };
      },
    });
  }

  before(async () => {
    [redis, provider] = await Promise.all([startRedis(), startAcme()]);
    app = await openAcmeApp(provider, {
      redis: redis.url,
      origin: (port) => `http://localhost:${String(port)}`,
      mailer,
      authenticators: held({ ...authenticators }),
      connections: held({ ...connections }),
      users: held({ ...store.users }),
      redemptions: store.redemptions,
      flows: [
        signup,
        signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: false }),
        recoveryFlow({ slug: 'recovery', signInFlow: 'sign-in', minPasswordLength: 15 }),
        ...accountSettings({
          fields: ['username', 'email'],
          authenticators: ['totp', 'webauthn', 'recovery_codes'],
          connections: true,
          leave: false,
        }),
      ],
      rateLimits: {
        mails: { perClient: { points: 100_000, windowSeconds: 60 } },
        passwords: { perClient: { points: 100_000, windowSeconds: 60 } },
      },
    });
    origin = app.url.replace('127.0.0.1', 'localhost');
    provider.allow(`${origin}/source/acme/callback`);
    app = { ...app, url: origin };
    for (const text of [newPassword, strangersPassword]) app.canaries.add(text);
  });
  after(async () => {
    await app.close();
    await Promise.all([redis.stop(), provider.close()]);
  });

  async function codeAt(address: string): Promise<string> {
    const code = mailer.codeIn(await mailer.next(address)) ?? '';
    app.canaries.add(code);
    return code;
  }

  async function atPassword(stranger: Visitor, page: string): Promise<void> {
    await stranger.open(page);
    await stranger.follow(await stranger.submit({ password }));
  }

  async function atApp(stranger: Visitor): Promise<string> {
    await atPassword(stranger, '/if/flow/account-totp/');
    const secret = /secret=([A-Z2-7]+)/.exec(stranger.page.text)?.[1] ?? '';
    app.canaries.add(secret);
    return generateSync({ secret, epoch: Math.floor(app.clock.now() / 1000) });
  }

  /** As far as the form that adds it; returns how to send that. */
  const ways = {
    async 'an authenticator app'(stranger: Visitor) {
      const code = await atApp(stranger);
      return () => stranger.submit({ code });
    },
    async 'recovery codes'(stranger: Visitor) {
      const code = await atApp(stranger);
      await stranger.follow(await stranger.submit({ code }));
      return () => stranger.submit({});
    },
    async 'a passkey'(stranger: Visitor) {
      await atPassword(stranger, '/if/flow/account-webauthn/');
      const response = new SoftwareAuthenticator(origin).create(optionsIn(stranger.page.text));
      return () => stranger.submit({ response });
    },
    async 'a connection'(stranger: Visitor) {
      const back = await app.by(stranger, 'ann');
      assert.equal(back.location, confirmPage, back.text);
      await stranger.open(confirmPage);
      return () => stranger.submit({});
    },
    async 'a password'(stranger: Visitor) {
      await atPassword(stranger, '/if/flow/account-password/');
      return () => stranger.submit({ password: strangersPassword });
    },
  };

  /** How the owner takes the account back; returns how to send the form that does. */
  const ends = {
    async 'an undone change of the address'(user: MemoryUser, stranger: Visitor) {
      await store.users.update(user, { emailVerified: true });
      await stranger.open('/if/flow/account-profile/');
      const email = `stranger-${String(count)}@evil.example`;
      await stranger.follow(await stranger.submit({ username: user.username ?? '', email }));
      assert.equal((await stranger.submit({ code: await codeAt(email) })).status, 303);
      const owner = new Visitor(app);
      const { pathname, search } = new URL(mailer.linkIn(await mailer.next(user.email ?? '')) ?? '');
      app.canaries.add(search.slice('?flow_token='.length));
      await owner.client.get(pathname + search);
      await owner.open('/if/flow/undo-address-change/');
      return () => owner.submit({});
    },
    async 'a recovery that first proves the address'(user: MemoryUser) {
      const owner = new Visitor(app);
      await owner.open('/if/flow/recovery/');
      await owner.follow(await owner.submit({ uid_field: user.username ?? '' }));
      await owner.follow(await owner.submit({ code: await codeAt(user.email ?? '') }));
      return () => owner.submit({ password: newPassword });
    },
  };

  async function openedBy({ id }: MemoryUser): Promise<readonly string[]> {
    const user = await store.users.findById(id);
    const hash = (user === null ? null : await store.users.passwordHash(user)) ?? '';
    return [
      ...(await authenticators.list(id)).map(({ type }) => type),
      ...((await connections.list?.(id)) ?? []).map(({ source }) => source),
      ...((await quickPasswords.verify(hash, new Secret(strangersPassword))) ? ['the password of the stranger'] : []),
    ];
  }

  /** `at`: before which call of a store the owner comes, counted from the stranger's form on. False: there are fewer. */
  async function meetAt(way: keyof typeof ways, end: keyof typeof ends, at: number | string): Promise<boolean> {
    mailer.clear();
    const user = await member(app, `ann-${String((count += 1))}`);
    const stranger = new Visitor(app);
    await signIn(stranger, user.username ?? '');
    const takesBack = await ends[end](user, stranger);
    const adds = await ways[way](stranger);
    const taken: Promise<RawAnswer>[] = [];
    let calls = 0;
    meet = async (call) => {
      calls += 1;
      if (taken.length > 0 || (call !== at && calls !== at)) return;
      taken.push(takesBack());
      await Promise.race([taken[0], delay(400)]);
    };
    await adds();
    meet = async () => undefined;
    const answer = await taken[0];
    if (answer === undefined) {
      // The identity is needed again.
      for (const one of (await connections.list?.(user.id)) ?? []) await connections.unlink?.(user.id, one);
      return false;
    }
    assert.equal(answer.status, 303, `${way}, at ${String(at)}: the owner waits or comes first, and is not refused`);
    assert.deepEqual(await openedBy(user), [], `${way} stays where the owner comes before call ${String(at)}`);
    return true;
  }

  const writes = {
    'an authenticator app': 'add',
    'recovery codes': 'add',
    'a passkey': 'add',
    'a connection': 'link',
    'a password': 'replacePassword',
  } as const;
  const undo = 'an undone change of the address';
  const recovery = 'a recovery that first proves the address';
  const meetings = [
    [undo, 'an authenticator app', 'often'],
    [undo, 'recovery codes'],
    [undo, 'a passkey'],
    [undo, 'a connection', 'often'],
    [undo, 'a password', 'often'],
    [recovery, 'an authenticator app', 'often'],
    [recovery, 'recovery codes'],
    [recovery, 'a passkey'],
    [recovery, 'a connection'],
    // Not a password: a recovery whose password was changed meanwhile is refused, and begins again.
  ] as const;
  it(`T-REC-10: a connection whose request had only begun at ${undo}`, async () => {
    assert.equal(await meetAt('a connection', undo, 1), true);
  });

  for (const [end, way, often] of meetings) {
    (often === undefined ? itInCampaign : it)(`T-REC-10: ${way} added in the moment of ${end}`, async function () {
      this.timeout(20_000);
      assert.equal(await meetAt(way, end, writes[way]), true);
    });
    itInCampaign(`T-REC-10: ${way} added in the moment of ${end}, at whichever call`, async function () {
      this.timeout(300_000);
      let at = 1;
      while (await meetAt(way, end, at)) at += 1;
      assert.ok(at > 3);
    });
  }
});
