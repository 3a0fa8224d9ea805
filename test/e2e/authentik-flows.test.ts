import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { password } from '../support/account.js';
import { isCampaign } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import {
  authentikFile,
  defaultFiles,
  hasAuthentikFiles,
  openAuthentikApp,
  passwordlessFile,
} from '../support/e2e/authentik-app.js';
import type { AccountsApp } from '../support/e2e/accounts-app.js';
import { habits, Person } from '../support/e2e/person.js';
import { addVirtualAuthenticator } from '../support/e2e/virtual-authenticator.js';
import { member } from '../support/http/sign-in-app.js';
import type { Person as Subject } from '../support/openid-provider.js';

const newPassword = 'nine quiet lamps in the rain';
const [withoutScripts, withScripts] = habits;

/** authentik's own files, each flow from its first page to its last, in a browser. */
describe('authentik’s flows in a browser', () => {
  let browser: Browser;
  let accounts: AccountsApp;
  const opened: AccountsApp[] = [];
  before(async function () {
    if (!hasAuthentikFiles) return;
    browser = await launchBrowser();
    accounts = await open([
      ...defaultFiles(),
      authentikFile('example/flows-recovery-email-verification.yaml'),
      authentikFile('example/flows-unenrollment.yaml'),
      authentikFile('example/flows-enrollment-email-verification.yaml'),
      authentikFile('example/flows-invitation-enrollment-minimal.yaml'),
      passwordlessFile,
    ]);
  });
  after(async () => {
    if (!hasAuthentikFiles) return;
    await browser.close();
    for (const app of opened) await app.close();
  });

  async function open(files: Parameters<typeof openAuthentikApp>[0]): Promise<AccountsApp> {
    const app = await openAuthentikApp(files);
    opened.push(app);
    return app;
  }

  function walks(title: string, act: () => Promise<void>, inEachRun = false): void {
    if (!hasAuthentikFiles) it.skip(`${title} (skipped: the files are not beside the project)`, act);
    else if (isCampaign || inEachRun) it(title, act);
  }

  /** A visitor; in campaigns their browser has scripts, unless another habit is named. */
  const somebody = (habit = withScripts ?? withoutScripts): Promise<Person> => Person.open(accounts, browser, habit);

  async function somebodyWithAccount(habit = withScripts ?? withoutScripts): Promise<Person> {
    const person = await somebody(habit);
    await person.hasAccount();
    return person;
  }

  async function signIn(person: Person, typed = password): Promise<void> {
    await person.goto('/if/flow/default-authentication-flow/');
    await person.sees('Welcome to authentik!');
    await person.submit({ uid_field: person.name });
    await person.sees('Welcome to authentik!');
    await person.submit({ password: typed });
  }

  async function signOut(person: Person): Promise<void> {
    await person.goto('/if/flow/default-invalidation-flow/');
    await person.press();
    assert.equal(await person.isSignedIn(), false);
  }

  /** On the provider's page, which is not the kit's. */
  async function comeFromAcme(person: Person, subject: Subject): Promise<void> {
    await person.goto('/if/flow/default-authentication-flow/');
    await person.follow('Continue with Acme');
    if (person.page.url().startsWith(accounts.origin)) return;
    await Promise.all([
      person.page.waitForURL((url) => url.href.startsWith(accounts.origin)),
      person.page.locator(`button[value="${subject}"]`).click(),
    ]);
  }

  const whoAmI = (person: Person): Promise<string> => person.page.locator('strong#who').innerText();

  walks(
    'of sources: a visitor without a name chooses one, and comes back as that account',
    async () => {
      const carl = await somebody();
      await comeFromAcme(carl, 'carl');
      await carl.sees('Welcome to authentik! Please select a username.', 'Username');
      assert.equal(await carl.submit({ username: 'carl-the-cook' }), 303);
      await carl.sees('Home');
      assert.equal(await whoAmI(carl), 'carl-the-cook');
      const member = accounts.app.members.find(({ username }) => username === 'carl-the-cook');
      assert.deepEqual([member?.email, member?.emailVerified], ['carl@example.com', true]);

      const elsewhere = await somebody();
      await comeFromAcme(elsewhere, 'carl');
      await elsewhere.sees('Home');
      assert.equal(await whoAmI(elsewhere), 'carl-the-cook');
      await Promise.all([carl.leaves(), elsewhere.leaves()]);
    },
    true,
  );

  walks('of sources: a visitor whose provider tells a name is not asked for one', async () => {
    const dora = await somebody();
    await comeFromAcme(dora, 'dora');
    await dora.sees('Home');
    assert.equal(await whoAmI(dora), 'dora');
    await dora.leaves();
  });

  walks('of sources: a name that cannot be the visitor’s is asked for', async () => {
    for (const [subject, taken] of [
      ['fay', null],
      ['eve', 'admin'],
    ] as const) {
      const visitor = await somebody();
      if (taken !== null) await member(accounts.app, taken);
      await comeFromAcme(visitor, subject);
      await visitor.sees('Welcome to authentik! Please select a username.');
      assert.equal(await visitor.submit({ username: `${subject}-of-acme` }), 303);
      await visitor.sees('Home');
      assert.equal(await whoAmI(visitor), `${subject}-of-acme`);
      await visitor.leaves();
    }
  });

  walks('of sources: visitors without a provider are led to it', async () => {
    const eve = await somebody();
    for (const slug of ['default-source-authentication', 'default-source-enrollment']) {
      await eve.goto(`/if/flow/${slug}/`);
      await eve.sees('You can’t continue here', /Sign in with your provider first/);
    }
    await eve.leaves();
  });

  walks('sign-in and sign-out', async () => {
    const ann = await somebodyWithAccount();
    await signIn(ann, 'a wrong password');
    await ann.sees('Welcome to authentik!', /password/);
    await ann.submit({ password });
    await ann.sees('Home');
    assert.equal(await ann.isSignedIn(), true);
    await ann.goto('/if/flow/default-invalidation-flow/');
    await ann.sees('Sign out?');
    await ann.press();
    assert.equal(await ann.isSignedIn(), false);
    await ann.leaves();
  });

  walks('an authenticator app and recovery codes are set up, and asked for at the next sign-in', async () => {
    const ann = await somebodyWithAccount();
    await signIn(ann);
    await ann.goto('/if/flow/default-authenticator-totp-setup/');
    await ann.sees('Enter your password to continue');
    await ann.submit({ password });
    await ann.sees('Set up an authenticator app');
    const secret = ((await ann.page.locator('.enrollment-code').textContent()) ?? '').replaceAll(' ', '');
    assert.equal(await ann.submit({ code: '000000' }), 422);
    assert.equal(await ann.submit({ code: ann.code(secret) }), 303);
    await ann.sees('Home');
    await ann.goto('/if/flow/default-authenticator-static-setup/');
    await ann.sees('Enter your password to continue', 'Setup Static OTP Tokens');
    await ann.submit({ password });
    await ann.sees('Save your recovery codes');
    const codes = await ann.page.locator('.enrollment-codes .enrollment-code').allTextContents();
    await ann.press();
    await ann.sees('Home');
    await signOut(ann);
    for (const code of [ann.code(secret), codes[0] ?? '']) {
      await signIn(ann);
      await ann.sees('Confirm it’s you');
      await ann.submit({ code });
      await ann.sees('Home');
      assert.equal(await ann.isSignedIn(), true);
      await signOut(ann);
    }
    await ann.leaves();
  });

  walks('a passkey is set up, asked for at the next sign-in, and signs in alone', async () => {
    const ann = await somebodyWithAccount();
    await addVirtualAuthenticator(ann.page);
    await signIn(ann);
    await ann.goto('/if/flow/default-authenticator-webauthn-setup/');
    await ann.submit({ password });
    await ann.sees('Set up a passkey', 'Setup WebAuthn');
    await ann.page.getByRole('button', { name: 'Add a passkey' }).click();
    await ann.sees('Home');
    await signOut(ann);
    await signIn(ann);
    await ann.sees('Confirm it’s you');
    await ann.page.locator('main form.enrollment-form button[type=submit]').first().click();
    await ann.sees('Home');
    assert.equal(await ann.isSignedIn(), true);
    await signOut(ann);
    await ann.goto('/if/flow/default-authentication-flow/');
    await ann.follow('Sign in with a passkey');
    await ann.sees('Sign in with a passkey', 'Sign in without a password');
    await ann.page.locator('main form.enrollment-form button[type=submit]').first().click();
    await ann.sees('Home');
    assert.equal(await ann.isSignedIn(), true);
    await ann.leaves();
  });

  walks('change of the password', async () => {
    const ann = await somebodyWithAccount();
    await signIn(ann);
    await ann.goto('/if/flow/default-password-change/');
    await ann.sees('Enter your password to continue');
    await ann.submit({ password });
    await ann.sees('Change password');
    assert.equal(await ann.submit({ password: 'aaaaaaaaaaaaaaa', password_repeat: 'aaaaaaaaaaaaaaa' }), 422);
    await ann.sees('Change password', /harder to guess/);
    assert.equal(await ann.page.getByText(/harder to guess/).count(), 1, 'once for both fields');
    assert.equal(await ann.submit({ password: newPassword, password_repeat: newPassword }), 303);
    await ann.sees('Home');
    const again = await ann.elsewhere(browser);
    await signIn(again, newPassword);
    assert.equal(await again.isSignedIn(), true);
    await Promise.all([ann.leaves(), again.leaves()]);
  });

  walks('the user settings', async () => {
    const ann = await somebody();
    const { id } = await ann.hasAccount();
    await signIn(ann);
    await ann.goto('/if/flow/default-user-settings-flow/');
    await ann.sees('Update your info');
    assert.equal(await ann.submit({ username: 'another-name' }), 422);
    await ann.sees('Update your info', 'Not allowed to change username.');
    assert.equal(await ann.submit({ username: ann.name, name: 'Ann Other' }), 303);
    await ann.sees('Home');
    assert.equal((await accounts.app.users.findById(id))?.name, 'Ann Other');
    await ann.leaves();
  });

  walks('consent, explicit and implicit', async () => {
    const ann = await somebodyWithAccount();
    await signIn(ann);
    await ann.goto('/if/flow/default-provider-authorization-explicit-consent/');
    await ann.sees(
      'Allow access to your account?',
      'Redirecting to Kopi Club',
      'To continue, allow access to your account.',
    );
    await ann.press();
    await ann.sees('Home');
    await ann.goto('/if/flow/default-provider-authorization-implicit-consent/');
    await ann.sees('Home');
    await ann.leaves();
  });

  walks('recovery by the code of a mail', async () => {
    const ann = await somebodyWithAccount();
    await ann.goto('/if/flow/default-authentication-flow/');
    await ann.follow('Forgot your password?');
    await ann.sees('Reset your password');
    await ann.submit({ uid_field: ann.name });
    await ann.sees('Check your email');
    await ann.submit({ code: (await ann.mail()).code });
    await ann.sees('Reset your password');
    await ann.submit({ password: newPassword, password_repeat: newPassword });
    await ann.sees('Home');
    assert.equal(await ann.isSignedIn(), true);
    await ann.leaves();
  });

  walks('recovery by the link of a mail', async () => {
    const ann = await somebodyWithAccount(withoutScripts);
    await ann.goto('/if/flow/default-recovery-flow/');
    await ann.submit({ uid_field: ann.name });
    await ann.goto((await ann.mail()).link);
    await ann.sees('Confirm that you opened the link');
    await ann.press();
    await ann.sees('Reset your password');
    await ann.submit({ password: newPassword, password_repeat: newPassword });
    await ann.sees('Home');
    await ann.leaves();
  });

  walks('the account is deleted', async () => {
    const ann = await somebody();
    const { id } = await ann.hasAccount();
    await signIn(ann);
    await ann.goto('/if/flow/default-unenrollment-flow/');
    await ann.sees('Enter your password to continue');
    await ann.submit({ password });
    await ann.sees('Delete your account?');
    await ann.press();
    await ann.sees('Home');
    assert.equal(await accounts.app.users.findById(id), null);
    await ann.leaves();
  });

  walks('enrollment with email verification', async () => {
    const bea = await somebody();
    await bea.goto('/if/flow/default-enrollment-flow/');
    await bea.sees('Welcome to authentik!');
    await bea.submit({ username: bea.name, password: newPassword, password_repeat: newPassword });
    await bea.sees('Welcome to authentik!');
    await bea.submit({ name: 'Bea', email: bea.email });
    await bea.sees('Check your email');
    await bea.submit({ code: (await bea.mail()).code });
    await bea.sees('Home');
    assert.equal(await whoAmI(bea), bea.name);
    await bea.leaves();
  });

  walks('enrollment by invitation', async () => {
    const bea = await somebody();
    await bea.goto('/if/flow/invitation-enrollment-flow/');
    await bea.sees('You can’t continue here', /need an invitation/);
    const { url } = await accounts.app.enrollment.invitations.create({ flow: 'invitation-enrollment-flow' });
    await bea.goto(new URL(url ?? '').pathname + new URL(url ?? '').search);
    await bea.sees('Use your invitation', 'Invitation Enrollment Flow');
    await bea.press();
    await bea.sees('Invitation Enrollment Flow');
    await bea.submit({ username: bea.name, password: newPassword, password_repeat: newPassword });
    await bea.sees('Invitation Enrollment Flow');
    await bea.submit({ name: 'Bea', email: bea.email });
    await bea.sees('Home');
    assert.equal(await whoAmI(bea), bea.name);
    await bea.leaves();
  });

  walks('the default brand: authentik’s addresses lead to its flows', async () => {
    const ann = await somebodyWithAccount();
    await ann.goto('/flows/-/default/authentication/');
    await ann.sees('Welcome to authentik!');
    await signIn(ann);
    await ann.goto('/flows/-/default/invalidation/');
    await ann.sees('Sign out?');
    await ann.leaves();
  });

  walks('enrollment in two stages, then the sign-in with two factors', async () => {
    accounts = await open([
      authentikFile('example/flows-enrollment-2-stage.yaml'),
      authentikFile('example/flows-login-2fa.yaml'),
      authentikFile('default/flow-default-authenticator-totp-setup.yaml'),
    ]);
    const bea = await somebody();
    await bea.goto('/if/flow/default-enrollment-flow/');
    await bea.sees('Welcome to authentik!');
    await bea.submit({ username: bea.name, password: newPassword, password_repeat: newPassword });
    await bea.sees('Welcome to authentik!');
    await bea.submit({ name: 'Bea', email: bea.email });
    await bea.sees('Home');
    await bea.goto('/if/flow/default-authenticator-totp-setup/');
    await bea.submit({ password: newPassword });
    const secret = ((await bea.page.locator('.enrollment-code').textContent()) ?? '').replaceAll(' ', '');
    await bea.submit({ code: bea.code(secret) });
    await bea.sees('Home');
    const again = await bea.elsewhere(browser);
    await signIn(again, newPassword);
    await again.sees('Confirm it’s you');
    await again.submit({ code: again.code(secret) });
    await again.sees('Home');
    assert.equal(await again.isSignedIn(), true);
    await Promise.all([bea.leaves(), again.leaves()]);
  });
});
