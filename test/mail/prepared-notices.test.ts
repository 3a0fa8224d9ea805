import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { accountSettings, setPasswordFlow } from '../../lib/flows.js';
import {
  inviteSignupFlow,
  memoryConnections,
  memoryUsers,
  signInFlow,
  type Connections,
  type MemoryUser,
  type UserStore,
} from '../../lib/index.js';
import type { Authenticators } from '../../lib/ports/authenticators.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { fakeClock, type FakeClock } from '../../lib/testing/fake-clock.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { accountOf, password } from '../support/account.js';
import { sampleOf } from '../support/campaign.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { Visitor } from '../support/http/visitor.js';
import type { OpenIdProvider } from '../support/openid-provider.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../support/sources/acme.js';
import { mortalProcess } from '../support/users/mortal-stores.js';

/** The last step of a change: what writes it, and its notice. */
interface LastStep {
  readonly by: Visitor;
  write(): Promise<unknown>;
}

describe('the notice of a change whose process ends after the write', () => {
  const mailer = memoryMailer();
  const mortal = mortalProcess();
  let provider: OpenIdProvider;
  let clock: FakeClock;
  let users: UserStore<MemoryUser>;
  let authenticators: Authenticators;
  let connections: Connections;
  let app: AcmeApp;
  let ann: MemoryUser;
  const to = (): string => ann.email ?? '';
  const kinds = (): readonly string[] => mailer.mails.filter((mail) => mail.to === to()).map(({ kind }) => kind);

  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  beforeEach(async () => {
    // The provider's answers are of the real time.
    clock = fakeClock(Date.now());
    const store = memoryUsers({ clock });
    users = store.users;
    authenticators = memoryAuthenticators();
    connections = memoryConnections();
    app = await openAcmeApp(
      provider,
      {
        ...{ mailer, clock },
        redemptions: mortal.over(store.redemptions, []),
        users: mortal.over(store.users, ['create', 'update', 'remove']),
        authenticators: mortal.over(authenticators, ['add', 'remove']),
        connections: mortal.over(connections, ['link', 'unlink']),
        flows: [
          inviteSignupFlow({
            slug: 'invite',
            fields: ['username', 'email', 'password'],
            repeat: true,
            verifyEmail: true,
          }),
          signInFlow({ slug: 'sign-in', target: '/inside' }),
          setPasswordFlow({ slug: 'set-password' }),
          ...accountSettings({ authenticators: ['totp', 'recovery_codes'], connections: true }),
        ],
      },
      { matching: 'email_link', linkWithoutProof: true },
    );
    ann = await member(app, 'ann');
    await users.update?.(ann, { emailVerified: true });
    mailer.clear();
  });
  afterEach(() => app.close());

  async function signedIn(): Promise<Visitor> {
    const visitor = new Visitor(app);
    await signIn(visitor, ann.username ?? '');
    return visitor;
  }

  async function withApp(): Promise<{ readonly by: Visitor; code(): string }> {
    const by = await signedIn();
    await by.open('/if/flow/account-totp/');
    const page = await by.follow(await by.submit({ password }));
    const [, secret = ''] = /secret=([A-Z2-7]+)/.exec(page.text) ?? [];
    return { by, code: () => generateSync({ secret, epoch: Math.floor(clock.now() / 1000) }) };
  }

  async function toRemoval(): Promise<LastStep> {
    const { by, code } = await withApp();
    await by.follow(await by.submit({ code: code() }));
    await by.submit({});
    clock.advance(60_000);
    const [one] = (await authenticators.list(ann.id)).filter(({ type }) => type === 'totp');
    await by.open('/if/flow/account-authenticators/');
    await by.follow(await by.submit({ authenticator: one?.id ?? '' }));
    await by.follow(await by.submit({ authenticator_name: 'x', authenticator_removed: 'yes' }));
    await by.follow(await by.submit({}));
    return { by, write: () => by.submit({ code: code() }) };
  }

  const ways: Readonly<
    Record<string, { readonly kind: string; readonly writes?: number; begin(): Promise<LastStep> }>
  > = {
    'an authenticator app': {
      kind: 'authenticator_added',
      async begin() {
        const { by, code } = await withApp();
        return { by, write: () => by.submit({ code: code() }) };
      },
    },
    'recovery codes': {
      kind: 'authenticator_added',
      async begin() {
        const { by, code } = await withApp();
        await by.follow(await by.submit({ code: code() }));
        return { by, write: () => by.submit({}) };
      },
    },
    // After the recovery codes, which stand in for it.
    'an authenticator that is removed': { kind: 'authenticator_removed', writes: 2, begin: toRemoval },
    'a provider that a page connects': {
      kind: 'provider_connected',
      async begin() {
        const by = await signedIn();
        await by.open((await app.by(by, 'bob')).location);
        return { by, write: () => by.submit({}) };
      },
    },
    'a provider that a sign-in connects': {
      kind: 'provider_connected',
      async begin() {
        const by = new Visitor(app);
        return { by, write: () => app.by(by, 'ann') };
      },
    },
    'a provider that is disconnected': {
      kind: 'provider_disconnected',
      async begin() {
        await connections.link(ann.id, app.identityOf('bob'));
        const by = await signedIn();
        await by.open('/if/flow/account-connections/');
        const [choice] = by.form.controls.filter(({ name }) => name === 'connection');
        return { by, write: () => by.submit({ connection: choice?.value ?? '' }) };
      },
    },
    'an account that is deleted': {
      kind: 'account_deleted',
      async begin() {
        const by = await signedIn();
        await by.open('/if/flow/account-leave/');
        await by.follow(await by.submit({ password }));
        return { by, write: () => by.submit({}) };
      },
    },
    'an address that its owner takes over': {
      kind: 'address_taken_over',
      // After the account that had only typed it.
      writes: 2,
      async begin() {
        await users.update?.(ann, { emailVerified: false });
        const by = new Visitor(app);
        const { code } = await app.enrollment.invitations.create({});
        await by.enterCode(code);
        await by.follow(await by.submit({ ...accountOf('ann-herself'), email: to() }));
        const typed = mailer.codeIn(await mailer.next(to())) ?? '';
        return { by, write: () => by.submit({ code: typed }) };
      },
    },
  };

  async function lookLater(): Promise<void> {
    clock.advance(61_000);
    // Any mail makes the worker look.
    const { id, email } = await member(app, `eve-${String(clock.now())}`);
    await app.enrollment.tickets.create({ user: id }, { purpose: 'recovery', delivery: 'kit' });
    await mailer.next(email ?? '');
  }

  for (const [way, { kind, writes = 1, begin }] of sampleOf(Object.entries(ways), 4))
    it(`is sent nevertheless, once: ${way}`, async () => {
      const { write } = await begin();
      mailer.clear();
      mortal.die(writes);
      await write();
      assert.equal(mortal.isDead, true, 'it was written');
      mortal.revive();
      assert.deepEqual(kinds(), []);
      await lookLater();
      assert.equal((await mailer.next(to())).kind, kind);
      await lookLater();
      assert.deepEqual(kinds(), [kind]);
    });

  for (const [way, { kind, begin }] of sampleOf(Object.entries(ways), 2))
    it(`is sent at once where nothing fails, and once: ${way}`, async () => {
      const { write } = await begin();
      mailer.clear();
      await write();
      assert.equal((await mailer.next(to())).kind, kind);
      await lookLater();
      assert.deepEqual(kinds(), [kind]);
    });

  it('is not sent where nothing was written', async () => {
    const { by } = await withApp();
    mailer.clear();
    assert.equal((await by.submit({ code: '000000' })).status, 422);
    await lookLater();
    assert.deepEqual(kinds(), []);
  });
});
