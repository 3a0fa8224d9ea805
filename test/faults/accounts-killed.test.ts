import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, afterEach, before, beforeEach, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { Secret } from '../../lib/base/secret.js';
import { english } from '../../lib/base/texts/english.js';
import { sqliteUsers } from '../../lib/sql.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { password } from '../support/account.js';
import { describeInCampaign } from '../support/campaign.js';
import { startServer, type ChildServer } from '../support/child-server.js';
import { launchBrowser } from '../support/chromium.js';
import { fillIn, said, submit, who } from '../support/e2e/browser-page.js';
import { freePort } from '../support/free-port.js';
import { quickPasswords } from '../support/http/test-app.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { waitUntil } from '../support/wait-until.js';

const program = fileURLToPath(new URL('../support/faults/killed-accounts.js', import.meta.url));
const newPassword = 'nine quiet lamps in the rain';
const moments = ['before-update', 'after-update'] as const;

describeInCampaign('a server that is killed while an account is recovered or changed', () => {
  let redis: TestRedis;
  let browser: Browser;
  let env: Readonly<Record<string, string>>;
  let server: ChildServer;
  let page: Page;
  let name: string;
  let count = 0;
  before(async () => {
    [redis, browser] = await Promise.all([startRedis(), launchBrowser()]);
    const port = String(await freePort());
    env = {
      PORT: port,
      BASE_URL: `http://localhost:${port}`,
      REDIS_URL: redis.url,
      ENROLLMENT_SECRET: 'kR8vNw3ZyQm6TbXc1JdHs5PfGe9AuLoM',
      DATABASE: join(temporaryFolder(), 'users.sqlite'),
    };
  });
  after(async () => {
    await browser.close();
    await redis.stop();
  });
  beforeEach(async () => {
    name = `killed-${String((count += 1))}`;
    const store = sqliteUsers(env['DATABASE'] ?? '');
    await store.ready();
    const passwordHash = await quickPasswords.hash(new Secret(password));
    const account = sampleAccount({ username: name, email: `${name}@example.com`, passwordHash });
    await store.users.create(account, sampleRedemption());
    await store.close();
    server = await start();
    page = await (await browser.newContext()).newPage();
  });
  afterEach(async () => {
    await page.context().close();
    await server.stop();
  });

  const start = (diesAt?: string): Promise<ChildServer> => startServer(program, { env: { ...env, DIES_AT: diesAt } });

  async function crash(diesAt?: string): Promise<void> {
    await server.kill();
    server = await start(diesAt);
  }

  const at = (slug: string): string => `${env['BASE_URL'] ?? ''}/if/flow/${slug}/`;
  const heading = (text: string): Promise<void> => page.getByRole('heading', { level: 1, name: text }).waitFor();

  /** The form whose answer never comes, because the server dies of it; a new one is there afterwards. */
  async function submitToDying(fields: Readonly<Record<string, string>>): Promise<void> {
    await fillIn(page, fields);
    await page.locator('main .enrollment-form button[type=submit]').first().click();
    assert.equal((await server.ended).signal, 'SIGKILL');
    server = await start();
  }

  async function mailedCode(): Promise<string> {
    return waitUntil(
      () => /MAIL .*\\n *([0-9A-Z]{4}-[0-9A-Z]{4})\\n/.exec(server.stdout())?.[1],
      () => `no code was mailed:\n${server.stdout()}`,
    );
  }

  async function signIn(typed = password): Promise<number> {
    await page.goto(at('sign-in'));
    return submit(page, { uid_field: name, password: typed });
  }

  /** From the start of a recovery to the page of the new password. */
  async function proved(crashes: () => Promise<void> = async () => undefined): Promise<void> {
    await page.goto(at('recovery'));
    await crashes();
    assert.equal(await submit(page, { uid_field: name }), 303);
    const code = await mailedCode();
    await crashes();
    assert.equal(await submit(page, { code: '0000-0000' }), 422);
    await crashes();
    assert.equal(await submit(page, { code }), 303);
    await crashes();
    await heading('Choose a new password');
  }

  it('between any two steps of a recovery: the same browser goes on', async () => {
    await proved(crash);
    assert.equal(await submit(page, { password: newPassword }), 303);
    await crash();
    await page.reload();
    await heading(english['flow.recovery.changed']);
    assert.equal(await submit(page, {}), 303);
    await crash();
    assert.equal(await signIn(), 422);
    assert.equal(await signIn(newPassword), 303);
    assert.equal(await who(page), name);
  });

  for (const moment of moments) {
    const outcome =
      moment === 'before-update' ? 'and the password is set' : 'begins again, and the new password signs in';
    it(`${moment} of a new password in a recovery: the page is opened again, ${outcome}`, async () => {
      await proved();
      await crash(moment);
      await submitToDying({ password: newPassword });
      await page.goto(at('recovery'));
      await heading('Choose a new password');
      assert.equal(await submit(page, { password: newPassword }), 303, await said(page));
      // A new password ends what was proved before it, in this plan as well.
      if (moment === 'before-update') await heading(english['flow.recovery.changed']);
      else assert.ok((await page.locator('main').innerText()).includes(english['notice.restarted']));
      assert.equal(await signIn(newPassword), 303);
      assert.equal(await who(page), name);
    });
  }

  it('between any two steps of the settings: the session and the page go on', async () => {
    assert.equal(await signIn(), 303);
    await crash();
    await page.goto(at('account-password'));
    await crash();
    assert.equal(await submit(page, { password }), 303);
    await crash();
    assert.equal(await submit(page, { password: newPassword }), 303);
    await crash();
    await page.goto(at('account-profile'));
    await crash();
    assert.equal(await submit(page, { name: 'Ann Lee' }), 303);
    await page.goto(env['BASE_URL'] ?? '');
    assert.equal(await who(page), name);
    await page.goto(at('account-profile'));
    assert.equal(await page.locator('[name=name]').inputValue(), 'Ann Lee');
  });

  for (const moment of moments) {
    it(`${moment} of the profile: the page is opened again, and saved`, async () => {
      await signIn();
      await page.goto(at('account-profile'));
      await crash(moment);
      await submitToDying({ username: `${name}-renamed`, name: 'Ann Lee' });
      await page.goto(at('account-profile'));
      assert.equal(await submit(page, { username: `${name}-renamed`, name: 'Ann Lee' }), 303);
      await page.goto(env['BASE_URL'] ?? '');
      assert.equal(await who(page), `${name}-renamed`);
    });

    it(`${moment} of a changed password: one of the two signs in, and the change can be finished`, async () => {
      await signIn();
      await page.goto(at('account-password'));
      await submit(page, { password });
      await crash(moment);
      await submitToDying({ password: newPassword });
      // With the new password written, the session of the old one is over.
      const isWritten = moment === 'after-update';
      await page.goto(env['BASE_URL'] ?? '');
      assert.equal(await who(page), isWritten ? null : name);
      if (isWritten) {
        assert.equal(await signIn(newPassword), 303);
        assert.equal(await who(page), name);
        return;
      }
      await page.goto(at('account-password'));
      await heading('Choose a new password');
      assert.equal(await submit(page, { password: newPassword }), 303);
      await page.context().clearCookies();
      assert.equal(await signIn(newPassword), 303);
    });
  }
});
