import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { describe, it } from 'mocha';
import { accountOf } from '../support/account.js';
import { startExampleApp } from '../support/guards/example-app.js';
import { isCampaign, sampleOf } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { form } from '../support/html-form.js';
import { htmlFaults } from '../support/pages/html-faults.js';
import { lookFaults } from '../support/pages/look-faults.js';
import { RawClient } from '../support/raw-client.js';

const examples = join(packageRoot, 'examples');
const names = readdirSync(examples).filter((name) => /^(templates|look)-/.test(name));

describe('the examples of docs/frameworks.md', () => {
  it('are all named in it', () => {
    const page = readFileSync(join(packageRoot, 'docs/frameworks.md'), 'utf8');
    assert.ok(names.length >= 3);
    assert.deepEqual(
      names.filter((name) => !page.includes(`(../examples/${name}/server.js)`)),
      [],
    );
  });

  for (const name of sampleOf(names, 2)) {
    it(`${name}: from the printed code to a signed-in user, every page in the app's own look`, async () => {
      const server = await startExampleApp([name]);
      try {
        const [, page = '', code = ''] = /Open http:\/\/[^/]+(\S+) and type (\S+)/.exec(server.stdout()) ?? [];
        const visitor = new RawClient(server.url);
        for (const answers of [{ invite_code: code }, accountOf('framework')]) {
          const shown = (await visitor.get(page)).text;
          assert.match(shown, /<!doctype html>[^]*<title>[^<]+ · Kopi Club<\/title>[^]*Kopi Club[^]*<form/);
          assert.match(shown, name.startsWith('look-') ? /class="[^"]*\b(btn|rounded-md)\b/ : /<nav class="club-nav">/);
          for (const [, path = ''] of shown.matchAll(/<link rel="stylesheet" href="([^"]+)"/g))
            assert.equal((await visitor.get(path)).status, 200, path);
          assert.deepEqual(await htmlFaults(shown), []);
          const answer = await visitor.post(page, { ...form(shown).hidden, ...answers });
          assert.equal(answer.status, 303, answer.text);
        }
        assert.match((await visitor.get('/')).text, /Hello, framework\./);
        assert.match((await visitor.get('/join/if/flow/none/')).text, /Kopi Club/);
        assert.doesNotMatch(server.stdout() + server.stderr(), /WARN_VIEWS|a view failed/);
        if (isCampaign) await assertAccessible(server.url + page);
      } finally {
        await server.stop();
      }
    });
  }
});

/** The first page, as it opens and with an error, in light, in dark and on a phone. */
async function assertAccessible(address: string): Promise<void> {
  const browser = await launchBrowser();
  try {
    for (const options of [
      { colorScheme: 'light' },
      { colorScheme: 'dark' },
      { viewport: { width: 320, height: 640 } },
    ] as const) {
      const page = await browser.newPage(options);
      await page.goto(address);
      assert.deepEqual(await lookFaults(page), [], JSON.stringify(options));
      await page.locator('main form button[type=submit]').click();
      await page.waitForSelector('[aria-invalid=true]');
      assert.deepEqual(await lookFaults(page), [], JSON.stringify(options));
      await page.context().close();
    }
  } finally {
    await browser.close();
  }
}
