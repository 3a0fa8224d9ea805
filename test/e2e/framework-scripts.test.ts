import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { password } from '../support/account.js';
import { sampleOf } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { press, submit } from '../support/e2e/browser-page.js';
import { startExampleApp } from '../support/guards/example-app.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** The kit for an example, whose `createEnrollment` adds flows whose pages need their scripts. */
function kitWithScripts(): string {
  const folder = join(temporaryFolder(), 'express-enrollment');
  const lib = (path: string): string => JSON.stringify(fileURLToPath(new URL(`../../lib/${path}`, import.meta.url)));
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "name": "express-enrollment", "main": "./index.js" }');
  writeFileSync(
    join(folder, 'index.js'),
    `const kit = require(${lib('index.js')});
const { authenticatorSetupFlow, passkeySignInFlow } = require(${lib('flows.js')});
const { altcha } = require(${lib('stages.js')});
const { memoryAuthenticators } = require(${lib('stores/memory/authenticators.js')});
const flows = [
  kit.signInFlow({ slug: 'sign-in', captcha: altcha({ difficulty: 200 }) }),
  passkeySignInFlow({ slug: 'passwordless' }),
  authenticatorSetupFlow({ slug: 'passkey', type: 'webauthn' }),
];
module.exports = { ...kit, createEnrollment: (options) =>
  kit.createEnrollment({ ...options, authenticators: memoryAuthenticators(), flows: [...options.flows, ...flows] }) };`,
  );
  return folder;
}

describe('pages that need their scripts, in the document of a framework by `render`', () => {
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const name of sampleOf(['templates-nunjucks', 'templates-handlebars', 'templates-ejs-layouts'], 1))
    it(`${name}: a passkey is added and signs in, and a captcha is solved`, async () => {
      const server = await startExampleApp([name], { KIT: kitWithScripts() });
      const context = await browser.newContext();
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      const faults: string[] = [];
      page.on('pageerror', ({ message }) => void faults.push(message));
      page.on('console', (line) => {
        if (line.type() === 'error' && !/40[14]|422|favicon/.test(line.text())) faults.push(line.text());
      });
      const cdp = await context.newCDPSession(page);
      await cdp.send('WebAuthn.enable', { enableUI: false });
      await cdp.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      });
      const [, first = '', code = ''] = /Open (\S+) and type (\S+)/.exec(server.stdout()) ?? [];
      const { origin } = new URL(first);
      const to = (flow: string) => page.goto(`${origin}/join/if/flow/${flow}/`);
      const isSignedIn = async (): Promise<void> => {
        await page.goto(`${origin}/`);
        assert.match(await page.content(), /Hello, framework\./);
      };
      try {
        await page.goto(first);
        await submit(page, { invite_code: code });
        assert.ok((await page.locator('.club-nav').count()) > 0, 'the document of the app');
        await page.getByRole('button', { name: 'Show' }).first().waitFor();
        await submit(page, { username: 'framework', email: 'framework@example.com', password });
        await isSignedIn();

        await to('passkey');
        await submit(page, { password });
        await page.getByRole('button', { name: 'Add a passkey' }).click();
        await page.getByRole('heading', { name: 'Save your recovery codes' }).waitFor();
        await page.getByRole('button', { name: 'Download' }).waitFor();
        await press(page);

        await context.clearCookies();
        await to('sign-in');
        await page.getByText('Check complete.').waitFor();
        await submit(page, { uid_field: 'framework', password });
        await isSignedIn();

        await context.clearCookies();
        await to('passwordless');
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.waitForURL(`${origin}/`);
        await isSignedIn();
        assert.deepEqual(faults, []);
        assert.doesNotMatch(server.stdout() + server.stderr(), /WARN_VIEWS|loads none of its scripts/);
      } finally {
        await context.close();
        await server.stop();
      }
    });
});
