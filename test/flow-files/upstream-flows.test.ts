import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { importFlowFiles } from '../../lib/flow-files.js';
import { memoryUsers, signInFlow } from '../../lib/index.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { password } from '../support/account.js';
import { walkPages, type Typed } from '../support/flow-files/walk-pages.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const folder = '../shared/blueprints';
const isHere = existsSync(folder);
const changed = 'a new and rather long password';

/** authentik's flow files as they are, each walked from its first page to its end. */
describe('flow files: authentik’s flows', () => {
  const apps: TestApp[] = [];
  const mailer = memoryMailer();
  after(() => Promise.all(apps.map((app) => app.close())));

  function walks(title: string, act: () => Promise<void>): void {
    (isHere ? it : it.skip)(isHere ? title : `${title} (skipped: the files are not beside the project)`, act);
  }

  async function opened(files: readonly string[], options: TestAppOptions = {}): Promise<TestApp> {
    const { flows } = importFlowFiles(
      files.map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') })),
      { lookups: { systemSettings: { default_user_change_email: true, default_user_change_name: true } } },
    );
    const own = flows.some(({ designation, sourceRole }) => designation === 'authentication' && sourceRole === null);
    const app = await openTestApp({
      registration: 'open',
      mailer,
      authenticators: memoryAuthenticators(),
      ...options,
      flows: [...flows, ...(own ? [] : [signInFlow({ slug: 'sign-in', target: '/inside' })])],
    });
    apps.push(app);
    return app;
  }

  const account = (name: string): Typed => ({
    username: name,
    password: changed,
    password_repeat: changed,
    name: 'Ann',
    email: `${name}@example.com`,
  });

  walks('enrollment in two stages', async () => {
    const app = await opened(['example/flows-enrollment-2-stage.yaml']);
    const visitor = new Visitor(app);
    assert.equal(await walkPages(visitor, 'default-enrollment-flow', account('two-stage')), '/');
    assert.equal(await visitor.me(), 'two-stage');
  });

  walks('enrollment with email verification: the account is made once the address is proved', async () => {
    const app = await opened(['example/flows-enrollment-email-verification.yaml']);
    const visitor = new Visitor(app);
    const code = async (): Promise<string> => {
      assert.equal(app.members.length, 0);
      return mailer.codeIn(await mailer.next('proved@example.com')) ?? '';
    };
    await walkPages(visitor, 'default-enrollment-flow', { ...account('proved'), code });
    assert.equal(await visitor.me(), 'proved');
    assert.equal(app.members[0]?.emailVerified, true);
  });

  walks('both of them as one flow, in which the stage that signs in is bound twice', async () => {
    const files = ['example/flows-enrollment-2-stage.yaml', 'example/flows-enrollment-email-verification.yaml'];
    const app = await opened(files);
    const visitor = new Visitor(app);
    const code = async (): Promise<string> => mailer.codeIn(await mailer.next('both@example.com')) ?? '';
    await walkPages(visitor, 'default-enrollment-flow', { ...account('both'), code });
    assert.equal(await visitor.me(), 'both');
    assert.equal(app.members.length, 1);
  });

  walks('enrollment by invitation', async () => {
    const app = await opened(['example/flows-invitation-enrollment-minimal.yaml'], { registration: 'invite-only' });
    const { url } = await app.enrollment.invitations.create({ flow: 'invitation-enrollment-flow' });
    const visitor = new Visitor(app);
    const { pathname, search } = new URL(url ?? '');
    await visitor.open(pathname + search);
    await walkPages(visitor, 'invitation-enrollment-flow', account('invited'));
    assert.equal(await visitor.me(), 'invited');
    const refused = await new Visitor(app).open('/if/flow/invitation-enrollment-flow/');
    assert.equal(refused.status, 403, 'without an invitation');
  });

  walks('sign-in, and sign-out', async () => {
    const app = await opened([
      'default/flow-password-change.yaml',
      'default/flow-default-authentication-flow.yaml',
      'default/flow-default-invalidation-flow.yaml',
    ]);
    await member(app, 'ann');
    const visitor = new Visitor(app);
    await walkPages(visitor, 'default-authentication-flow', { uid_field: 'ann', password });
    assert.equal(await visitor.me(), 'ann');
    await walkPages(visitor, 'default-invalidation-flow', {});
    assert.equal(await visitor.me(), null);
  });

  walks('sign-in with a second factor that was set up by another flow', async () => {
    const app = await opened(['example/flows-login-2fa.yaml', 'default/flow-default-authenticator-totp-setup.yaml']);
    await member(app, 'ann');
    const visitor = new Visitor(app);
    await walkPages(visitor, 'default-authentication-flow', { uid_field: 'ann', password });
    let secret = '';
    const code = (): string => generateSync({ secret, epoch: Math.floor(app.clock.now() / 1000) });
    const fromPage = (): string => {
      secret = /secret=([A-Z2-7]+)/.exec(visitor.page.text)?.[1] ?? '';
      app.canaries.add(secret);
      return code();
    };
    await walkPages(visitor, 'default-authenticator-totp-setup', { password, code: fromPage });
    app.clock.advance(60_000);
    const again = new Visitor(app);
    await walkPages(again, 'default-authentication-flow', { uid_field: 'ann', password, code });
    assert.equal(await again.me(), 'ann');
  });

  walks('recovery by email', async () => {
    const app = await opened(['example/flows-recovery-email-verification.yaml']);
    await member(app, 'ann');
    const visitor = new Visitor(app);
    const code = async (): Promise<string> => mailer.codeIn(await mailer.next('ann@example.com')) ?? '';
    await walkPages(visitor, 'default-recovery-flow', {
      uid_field: 'ann',
      code,
      password: changed,
      password_repeat: changed,
    });
    assert.equal(await visitor.me(), 'ann');
    const again = new Visitor(app);
    await signIn(again, 'ann', changed);
    assert.equal(await again.me(), 'ann');
  });

  walks('change of the password, with the policy that authentik binds to the write', async () => {
    const app = await opened(['default/flow-password-change.yaml']);
    await member(app, 'ann');
    const visitor = new Visitor(app);
    await signIn(visitor, 'ann');
    await visitor.open('/if/flow/default-password-change/');
    await visitor.follow(await visitor.submit({ password }));
    const weak = await visitor.submit({ password: 'aaaaaaaaaaaaaaa', password_repeat: 'aaaaaaaaaaaaaaa' });
    assert.equal(weak.status, 422, weak.text);
    await visitor.follow(await visitor.submit({ password: changed, password_repeat: changed }));
    const again = new Visitor(app);
    await signIn(again, 'ann', changed);
    assert.equal(await again.me(), 'ann');
  });

  walks('user settings: initial values and the policy are Python', async () => {
    const app = await opened(['default/flow-default-user-settings-flow.yaml']);
    const { id } = await member(app, 'ann');
    const visitor = new Visitor(app);
    await signIn(visitor, 'ann');
    await visitor.open('/if/flow/default-user-settings-flow/');
    assert.match(visitor.page.text, /value="ann"/);
    const locale = { 'attributes.settings.locale': 'en' };
    const refused = await visitor.submit({ username: 'other', name: 'Ann', email: 'ann@example.com', ...locale });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /Not allowed to change username\./);
    const answer = await visitor.submit({ username: 'ann', name: 'Ann Other', email: 'ann@example.com', ...locale });
    assert.equal(answer.status, 303, answer.text);
    assert.equal((await app.users.findById(id))?.name, 'Ann Other');
  });

  walks('recovery codes', async () => {
    const app = await opened(['default/flow-default-authenticator-static-setup.yaml']);
    await member(app, 'ann');
    const visitor = new Visitor(app);
    await signIn(visitor, 'ann');
    await walkPages(visitor, 'default-authenticator-static-setup', { password });
  });

  walks('unenrollment', async () => {
    const app = await opened(['example/flows-unenrollment.yaml']);
    const ann = await member(app, 'ann');
    const visitor = new Visitor(app);
    await signIn(visitor, 'ann');
    await visitor.open('/if/flow/default-unenrollment-flow/');
    assert.match(visitor.step, /^confirm /, 'right after the sign-in, too');
    await walkPages(visitor, 'default-unenrollment-flow', { password });
    assert.equal(await app.users.findById(ann.id), null);
  });

  walks('unenrollment without a password: soon after a sign-in only', async () => {
    const { users, redemptions } = memoryUsers();
    const sso = await users.create(sampleAccount({ passwordHash: null }), sampleRedemption());
    const app = await opened(['example/flows-unenrollment.yaml'], {
      users,
      redemptions,
      after: (express, enrollment) =>
        void express.post('/enter', async (req, res) => {
          await enrollment.signIn(req, res, sso);
          res.end();
        }),
    });
    const visitor = new Visitor(app);
    await visitor.client.post('/enter', {});
    app.clock.advance(660_000);
    const refused = await visitor.open('/if/flow/default-unenrollment-flow/');
    assert.equal(refused.status, 403);
    assert.match(refused.text, /been a while since you signed in/);
    await visitor.client.post('/enter', {});
    await walkPages(visitor, 'default-unenrollment-flow', {});
    assert.equal(await users.findById(sso.id), null);
  });

  walks('consent, explicit and implicit', async () => {
    const app = await opened([
      'default/flow-default-provider-authorization-explicit-consent.yaml',
      'default/flow-default-provider-authorization-implicit-consent.yaml',
    ]);
    await member(app, 'ann');
    const visitor = new Visitor(app);
    await signIn(visitor, 'ann');
    assert.equal(await walkPages(visitor, 'default-provider-authorization-explicit-consent', {}), '/');
    const implicit = await visitor.get('/if/flow/default-provider-authorization-implicit-consent/?next=/app');
    assert.equal((await visitor.follow(implicit)).location, '/app');
  });
});
