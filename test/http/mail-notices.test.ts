import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { accountSettings } from '../../lib/flows.js';
import { signInFlow, type MemoryUser } from '../../lib/index.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { mailsSettled } from '../support/mail/mails-settled.js';
import type { OpenIdProvider } from '../support/openid-provider.js';
import { openAcmeApp, startAcme } from '../support/sources/acme.js';
import { withSignIn } from '../support/sources/people.js';

const mailer = memoryMailer();
const kinds = (): readonly string[] => mailer.mails.map(({ kind, to }) => `${kind} ${to}`);

describe('the owner of an account is told by mail', () => {
  const authenticators = memoryAuthenticators();
  let testApp: TestApp;
  let ann: MemoryUser;
  let visitor: Visitor;
  let count = 0;

  before(async () => {
    // No flow of it sends codes by mail.
    testApp = await openTestApp({
      mailer,
      authenticators,
      flows: [
        signup,
        signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: true }),
        ...accountSettings({
          fields: ['username', 'email', 'name'],
          authenticators: ['totp', 'recovery_codes'],
          leave: {},
        }),
      ],
    });
  });
  after(() => testApp.close());
  beforeEach(async () => {
    ann = await member(testApp, `owner-${(count += 1)}`);
    visitor = new Visitor(testApp);
    await signIn(visitor, ann.username ?? '');
    mailer.clear();
  });
  const saveProfile = async (fields: Readonly<Record<string, string>>): Promise<void> => {
    await visitor.open('/if/flow/account-profile/');
    const answer = await visitor.submit({
      username: ann.username ?? '',
      email: ann.email ?? '',
      name: 'Ann Lee',
      ...fields,
    });
    assert.equal(answer.status, 303, answer.text);
    await mailsSettled(testApp);
  };
  const confirm = async (address: string): Promise<void> => {
    await visitor.open('/if/flow/account-profile/');
    await visitor.submit({ code: mailer.codeIn(await mailer.next(address)) ?? '' });
    await mailsSettled(testApp);
  };

  it('T-MAIL-06: of the end of the account, at its address', async () => {
    await visitor.open('/if/flow/account-leave/');
    await visitor.follow(await visitor.submit({ password }));
    const [answer] = await Promise.all([visitor.submit({}), visitor.submit({})]);
    assert.equal(answer.status, 303, answer.text);
    await mailsSettled(testApp);
    assert.equal(await testApp.users.findById(ann.id), null);
    assert.deepEqual(kinds(), [`account_deleted ${ann.email ?? ''}`]);
    assert.match(mailer.mails[0]?.text ?? '', /was deleted just now[^]*tell us right away/);
  });

  it('at the old address, of a new one', async () => {
    await testApp.users.update?.(ann, { emailVerified: true });
    await saveProfile({ email: 'thief@evil.example', name: 'You have won, open evil.example' });
    await confirm('thief@evil.example');
    assert.deepEqual(kinds(), ['ticket_change_email thief@evil.example', `address_change_undo ${ann.email ?? ''}`]);
    const mail = mailer.mails[1];
    assert.ok(!`${mail?.subject ?? ''} ${mail?.text ?? ''} ${mail?.html ?? ''}`.includes('evil.example'));
  });

  it('nothing where the address stays, or is known as unproved', async () => {
    await saveProfile({ name: 'Ann' });
    await testApp.users.update?.(ann, { emailVerified: false });
    await saveProfile({ email: `new-${String(count)}@example.com` });
    await confirm(`new-${String(count)}@example.com`);
    assert.deepEqual(kinds(), [`ticket_change_email new-${String(count)}@example.com`]);
  });

  it('of an authenticator that is added or removed, also by recovery codes', async () => {
    const to = ann.email ?? '';
    await visitor.open('/if/flow/account-totp/');
    const page = await visitor.follow(await visitor.submit({ password }));
    const [, secret = ''] = /secret=([A-Z2-7]+)/.exec(page.text) ?? [];
    const code = (): string => generateSync({ secret, epoch: Math.floor(testApp.clock.now() / 1000) });
    await mailsSettled(testApp);
    assert.deepEqual(kinds(), []);
    await visitor.follow(await visitor.submit({ code: code() }));
    assert.equal((await visitor.submit({})).status, 303);
    await mailsSettled(testApp);
    assert.deepEqual(kinds(), [`authenticator_added ${to}`, `authenticator_added ${to}`]);
    mailer.clear();
    testApp.clock.advance(60_000);
    const [app] = (await authenticators.list(ann.id)).filter(({ type }) => type === 'totp');
    await visitor.open('/if/flow/account-authenticators/');
    await visitor.follow(await visitor.submit({ authenticator: app?.id ?? '' }));
    await visitor.follow(await visitor.submit({ authenticator_name: 'x', authenticator_removed: 'yes' }));
    await visitor.follow(await visitor.submit({}));
    assert.equal((await visitor.submit({ code: code() })).status, 303, visitor.page.text);
    await mailsSettled(testApp);
    assert.deepEqual(kinds(), [`authenticator_removed ${to}`]);
  });
});

describe('the owner of an account is told by mail of providers', () => {
  let provider: OpenIdProvider;
  let close: () => Promise<void> = async () => undefined;
  before(async () => {
    provider = await startAcme();
  });
  afterEach(() => close());
  after(() => provider.close());

  it('one that is connected, once, and one that is disconnected', async () => {
    const flows = [...withSignIn, ...accountSettings({ connections: true, leave: false })];
    const app = await openAcmeApp(provider, { mailer, flows });
    close = () => app.close();
    await member(app, 'zoe');
    const owner = new Visitor(app);
    await signIn(owner, 'zoe');
    mailer.clear();
    const back = await app.by(owner, 'bob');
    await owner.open(back.location);
    const { action, hidden } = owner.form;
    for (let times = 0; times < 2; times += 1) await owner.post(action, hidden);
    await mailsSettled(app);
    assert.deepEqual(kinds(), ['provider_connected zoe@example.com']);
    assert.match(mailer.mails[0]?.text ?? '', /connected to Acme/);
    mailer.clear();
    await owner.open('/if/flow/account-connections/');
    const [choice] = owner.form.controls.filter(({ name }) => name === 'connection');
    assert.equal((await owner.submit({ connection: choice?.value ?? '' })).status, 303);
    await mailsSettled(app);
    assert.deepEqual(kinds(), ['provider_disconnected zoe@example.com']);
    assert.match(mailer.mails[0]?.subject ?? '', /no longer connected to Acme/);
  });

  it('one that a sign-in connects without proof', async () => {
    const app = await openAcmeApp(
      provider,
      { mailer, flows: withSignIn },
      { matching: 'email_link', linkWithoutProof: true },
    );
    close = () => app.close();
    const ann = await member(app, 'ann');
    await app.users.update?.(ann, { emailVerified: true });
    mailer.clear();
    for (let times = 0; times < 2; times += 1) await app.by(new Visitor(app), 'ann');
    await mailsSettled(app);
    assert.deepEqual(kinds(), ['provider_connected ann@example.com']);
  });
});
