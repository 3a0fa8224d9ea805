import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { accountSettings, recoveryFlow } from '../../../lib/flows.js';
import { inviteSignupFlow, signInFlow } from '../../../lib/index.js';
import { memoryAuthenticators } from '../../../lib/stores/memory/authenticators.js';
import { memoryMailer } from '../../../lib/testing/index.js';
import { accountOf, password } from '../../support/account.js';
import { signIn } from '../../support/http/sign-in-app.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';

const newPassword = 'a lighthouse without any sea';
const address = 'ann@example.com';
const minute = 60_000;

/** An attacker signs up with the address of another person, who comes later and proves it by a recovery. */
describe('T-REC-10: the first proof of an address that was only typed', () => {
  let provider: OpenIdProvider;
  let app: AcmeApp;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  afterEach(() => app.close());

  async function prepared(secondFactor: boolean) {
    const [mailer, authenticators] = [memoryMailer(), memoryAuthenticators()];
    app = await openAcmeApp(provider, {
      mailer,
      authenticators,
      registration: 'open',
      flows: [
        inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], repeat: true }),
        signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: true }),
        recoveryFlow({ slug: 'recovery', signInFlow: 'sign-in', secondFactor }),
        ...accountSettings({
          fields: ['username', 'email'],
          authenticators: ['totp', 'recovery_codes'],
          connections: true,
          leave: false,
        }),
      ],
    });
    const { code: invitation } = await app.enrollment.invitations.create();
    const attacker = new Visitor(app);
    await attacker.enterCode(invitation);
    await attacker.submit({ ...accountOf('mallory'), email: address });
    assert.equal(await attacker.me(), 'mallory');
    const [account] = app.members;
    assert.ok(account);
    await app.connections.link(account.id, app.identityOf('bob'));
    await attacker.open('/if/flow/account-totp/');
    const page = await attacker.follow(await attacker.submit({ password }));
    const [, secret = ''] = /secret=([A-Z2-7]+)/.exec(page.text) ?? [];
    const totp = (): string => generateSync({ secret, epoch: Math.floor(app.clock.now() / 1000) });
    await attacker.follow(await attacker.submit({ code: totp() }));
    await attacker.submit({});
    // A change of the address that waits for its code, which the attacker has.
    await attacker.open('/if/flow/account-profile/');
    await attacker.follow(await attacker.submit({ username: 'mallory', email: 'mallory@evil.example' }));
    const pending = mailer.codeIn(await mailer.next('mallory@evil.example')) ?? '';
    app.clock.advance(minute);
    return { mailer, authenticators, attacker, account, pending, totp };
  }

  /** As far as the page after the code of the mail. */
  async function recover(mailer: ReturnType<typeof memoryMailer>): Promise<Visitor> {
    const owner = new Visitor(app);
    await owner.open('/if/flow/recovery/');
    await owner.follow(await owner.submit({ uid_field: address }));
    await owner.follow(await owner.submit({ code: mailer.codeIn(await mailer.next(address)) ?? '' }));
    return owner;
  }

  it('leaves the attacker no password, session, second factor, connection or pending change', async () => {
    const { mailer, authenticators, attacker, account, pending } = await prepared(false);
    const owner = await recover(mailer);
    await owner.follow(await owner.submit({ password: newPassword }));
    const { email, emailVerified } = (await app.users.findById(account.id)) ?? account;
    assert.deepEqual([email, emailVerified], [address, true]);
    await attacker.submit({ code: pending });
    assert.equal(await attacker.me(), null);
    assert.equal((await app.users.findById(account.id))?.email, address);
    assert.deepEqual(await authenticators.list(account.id), []);
    assert.equal(await app.connections.find(app.identityOf('bob')), null);
    const again = new Visitor(app);
    await signIn(again, 'mallory');
    assert.equal(await again.me(), null);
    const byAcme = new Visitor(app);
    await app.by(byAcme, 'bob');
    assert.equal(await byAcme.me(), null);
    const back = new Visitor(app);
    await signIn(back, address, newPassword);
    assert.equal(await back.me(), 'mallory', 'and asks the owner for no second factor of the attacker');
  });

  it('keeps what belongs to a user who proves a second factor as well', async () => {
    const { mailer, authenticators, account, totp } = await prepared(true);
    const owner = await recover(mailer);
    await owner.follow(await owner.submit({ code: totp() }));
    await owner.follow(await owner.submit({ password: newPassword }));
    assert.equal((await app.users.findById(account.id))?.emailVerified, true);
    assert.equal((await authenticators.list(account.id)).length, 2);
    assert.equal(await app.connections.find(app.identityOf('bob')), account.id);
  });

  it('is the first one only: a later recovery keeps them', async () => {
    const { mailer, authenticators, account } = await prepared(false);
    await app.users.update?.(account, { emailVerified: true });
    const owner = await recover(mailer);
    await owner.follow(await owner.submit({ password: newPassword }));
    assert.equal((await authenticators.list(account.id)).length, 2);
    assert.equal(await app.connections.find(app.identityOf('bob')), account.id);
  });
});
