import assert from 'node:assert/strict';
import { after, before, it } from 'mocha';
import { accountOf, password } from '../support/account.js';
import { describeInCampaign } from '../support/campaign.js';
import { openAccountsApp, type AccountsApp } from '../support/e2e/accounts-app.js';
import { submit } from '../support/e2e/browser-page.js';
import { filledFields, openPasswordManager, type PasswordManager } from '../support/e2e/password-manager.js';
import { member } from '../support/http/sign-in-app.js';
import { waitUntil } from '../support/wait-until.js';

const newPassword = 'nine quiet lamps in the rain';

describeInCampaign('Chromium’s own password manager', () => {
  let accounts: AccountsApp;
  before(async () => {
    accounts = await openAccountsApp();
  });
  after(() => accounts.close());

  const mailedCode = async (name: string): Promise<string> => {
    const { mailer } = accounts;
    const mail = await waitUntil(
      () => mailer.mails.findLast(({ to }) => to === `${name}@example.com`),
      () => `no mail to ${name}`,
    );
    return mailer.codeIn(mail) ?? '';
  };

  const filled = async (manager: PasswordManager, fields: readonly string[]): Promise<void> => {
    const page = manager.context.pages().at(-1) ?? assert.fail();
    await waitUntil(
      async () => ((await filledFields(page)).join() === fields.join() ? true : undefined),
      () => `it does not fill in ${fields.join()}`,
    );
  };

  it('finds the fields of a sign-up, and offers to save the password', async () => {
    const { code } = await accounts.app.enrollment.invitations.create({ uses: 1 });
    const manager = await openPasswordManager();
    try {
      const page = await manager.context.newPage();
      await page.goto(`${accounts.origin}/if/flow/invite/`);
      await submit(page, { invite_code: code });
      const { password_repeat: _repeat, ...account } = accountOf('saves');
      await submit(page, account);
      assert.deepEqual(await manager.lastForm(), { username: 'username', password: '', newPassword: 'password' });
      assert.equal(await manager.offered(1), 'save');
      await submit(page, { code: await mailedCode('saves') });
      assert.equal(page.url(), `${accounts.origin}/home`);
    } finally {
      await manager.close();
    }
  });

  it('fills in the sign-in, and the page that asks for the present password; offers to update a changed one', async () => {
    await member(accounts.app, 'changes');
    const manager = await openPasswordManager([{ origin: accounts.origin, username: 'changes', password }]);
    try {
      const page = await manager.context.newPage();
      await page.goto(`${accounts.origin}/if/flow/sign-in/?next=/if/flow/account-password/`);
      await filled(manager, ['uid_field', 'password']);
      assert.equal(await submit(page, {}), 303);
      assert.equal(new URL(page.url()).pathname, '/if/flow/account-password/');
      await filled(manager, ['password']);
      assert.equal(await submit(page, {}), 303);
      await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
      assert.deepEqual(await filledFields(page), [], 'the present password is not filled in as the new one');
      assert.equal(await submit(page, { password: newPassword }), 303);
      assert.deepEqual(await manager.lastForm(), { username: 'uid_field', password: '', newPassword: 'password' });
      assert.equal(await manager.offered(1), 'update');
    } finally {
      await manager.close();
    }
  });

  it('offers to update the password after a recovery, under the name of the account', async () => {
    await member(accounts.app, 'forgets');
    const manager = await openPasswordManager([{ origin: accounts.origin, username: 'forgets', password }]);
    try {
      const page = await manager.context.newPage();
      await page.goto(`${accounts.origin}/if/flow/recovery/`);
      await submit(page, { uid_field: 'forgets@example.com' });
      await submit(page, { code: await mailedCode('forgets') });
      await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
      assert.equal(await page.locator('[name=uid_field]').inputValue(), 'forgets');
      assert.equal(await submit(page, { password: newPassword }), 303);
      assert.deepEqual(await manager.lastForm(), { username: 'uid_field', password: '', newPassword: 'password' });
      assert.equal(await manager.offered(1), 'update');
    } finally {
      await manager.close();
    }
  });
});
