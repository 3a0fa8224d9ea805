import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import type { Browser } from 'playwright-core';
import { packageRoot } from '#package-root';
import { accountOf, password } from '../support/account.js';
import { isCampaign, itInCampaign } from '../support/campaign.js';
import { launchBrowser, shot } from '../support/chromium.js';
import { submit } from '../support/e2e/browser-page.js';
import { JsonPerson, startJsonExample, type JsonExample } from '../support/e2e/json-example.js';
import { addVirtualAuthenticator } from '../support/e2e/virtual-authenticator.js';
import { servedSchemas } from '../support/executor-api/documented.js';
import { schemaFaults } from '../support/executor-api/json-schema.js';
import { sampleOf } from '../support/executor-api/sample-challenge.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const newPassword = 'a new and rather long password';

describe('examples/json-client, in a browser', () => {
  let example: JsonExample;
  let browser: Browser;
  let person: JsonPerson;
  before(async () => {
    [example, browser] = await Promise.all([startJsonExample(), launchBrowser()]);
  });
  after(async () => {
    await browser.close();
    await example.stop();
  });
  beforeEach(async () => {
    person = await JsonPerson.open(example, browser);
  });
  afterEach(async () => {
    await person.leaves();
    assert.deepEqual(person.faults, []);
  });

  /** The mistakes that axe finds in what is shown. */
  async function accessibilityFaults(): Promise<readonly string[]> {
    await person.page.evaluate(axe);
    return person.page.evaluate<string[]>(
      `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
        violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`,
    );
  }

  async function signUp(name: string, by = person): Promise<void> {
    await by.goto('invite');
    await by.submit({ invite_code: example.code });
    assert.equal(await by.submit(accountOf(name)), 'ak-stage-email');
    assert.equal(await by.submit({ code: await example.mailedCode(`${name}@example.com`) }), '');
    assert.equal(await by.who(), name);
  }

  it('draws every component of the served schema, with a form where it can be answered', async () => {
    const schemas = await servedSchemas(example);
    const answered = Object.keys(schemas['ChallengeResponse']?.discriminator?.mapping ?? {});
    const drawn = Object.entries(schemas['Challenge']?.discriminator?.mapping ?? {});
    assert.ok(drawn.length > 25);
    await person.goto('sign-in');
    for (const [component, $ref] of drawn) {
      const sample = sampleOf({ $ref }, schemas);
      assert.deepEqual(schemaFaults({ $ref }, sample, schemas), []);
      const forms = await person.page.evaluate<number>(
        `import('/scripts/frame.js').then(({ drawChallenge }) => {
          const actions = { pageUrl: '/if/flow/sign-in/', solve() {}, cancel() {}, restart() {}, fail() {} };
          document.querySelector('main').replaceChildren(drawChallenge(${JSON.stringify(sample)}, actions));
          return document.querySelectorAll('main form').length;
        })`,
      );
      assert.equal(await person.component(), component);
      // A refusal is answered by its buttons alone.
      const hasForm = answered.includes(component) && component !== 'ak-stage-access-denied';
      assert.equal(forms, hasForm ? 1 : 0, component);
      const hasPage = typeof sample === 'object' && sample !== null && 'page' in sample;
      assert.equal(await person.page.getByRole('button', { name: 'a label' }).count(), hasPage ? 1 : 0, component);
      assert.equal(await person.page.getByText('This step is shown by its page.').count(), 0, component);
      if (isCampaign) assert.deepEqual(await accessibilityFaults(), [], component);
      if (process.env['SHOTS'] === '1') await shot(person.page, `json-${component}`);
    }
  });

  it('signs up with a code and a mailed one; an error is announced, and its field has the focus', async () => {
    await person.goto('invite');
    assert.equal(await person.submit({ invite_code: '' }), 'ak-stage-prompt');
    const { page } = person;
    assert.equal(await page.locator(':focus').getAttribute('name'), 'invite_code');
    const error = await page.locator('#field-invite_code-error').innerText();
    assert.equal((await page.getByRole('alert').innerText()).includes(error), true);
    assert.deepEqual(await accessibilityFaults(), []);
    await signUp('amy');
  });

  itInCampaign('goes on where a page began, and the page ends it', async () => {
    const { page } = person;
    await page.goto(`${example.url}/if/flow/invite/`);
    await submit(page, { invite_code: example.code });
    await person.goto('invite');
    assert.equal(await person.title(), 'Create your account');
    await person.submit({ ...accountOf('bea'), password_repeat: 'something else' });
    await person.follow('Continue on the page');
    await submit(page, accountOf('bea'));
    await submit(page, { code: await example.mailedCode('bea@example.com') });
    await page.waitForURL(`${example.url}/inside`);
    assert.equal(await person.who(), 'bea');
  });

  itInCampaign(
    'two tabs with one plan: the older step changes nothing, and the page shows the present one',
    async () => {
      await person.goto('invite');
      const other = await person.tab();
      await other.goto('invite');
      await person.submit({ invite_code: example.code });
      assert.equal(await person.title(), 'Create your account');
      assert.equal(await other.submit({ invite_code: example.code }), 'ak-stage-prompt');
      assert.equal(await other.title(), 'Create your account');
      assert.deepEqual(other.faults, []);
    },
  );

  itInCampaign('sets up an authenticator app, signs in with its code, and recovers the password', async () => {
    await signUp('cem');
    await person.goto('account-totp');
    await person.submit({ password });
    const secret = await person.page.locator('#key').innerText();
    await shot(person.page, 'json-totp');
    const codeAt = (seconds: number): string =>
      generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + seconds });
    assert.equal(await person.submit({ code: codeAt(0) }), 'ak-stage-authenticator-static');
    const [recoveryCode = ''] = await person.page.locator('main li code').allInnerTexts();
    await person.submit();
    await person.goto('sign-out');
    assert.equal(await person.submit(), '');
    assert.equal(await person.who(), null);

    await person.goto('sign-in', '?next=%2Finside%3Fback');
    await person.submit({ uid_field: 'cem', password });
    assert.equal(await person.component(), 'ak-stage-authenticator-validate');
    assert.equal(await person.who(), null);
    await person.submit({ code: '000000' });
    assert.equal(await person.page.locator(':focus').getAttribute('name'), 'code');
    // The code of the set-up was used; the next one is accepted already.
    assert.equal(await person.submit({ code: codeAt(30) }), '');
    assert.equal(person.page.url(), `${example.url}/inside?back`);
    assert.equal(await person.who(), 'cem');

    await person.goto('sign-out');
    await person.submit();
    await person.goto('recovery');
    await person.submit({ uid_field: 'cem' });
    await person.submit({ code: await example.mailedCode('cem@example.com') });
    if ((await person.component()) === 'ak-stage-authenticator-validate') await person.submit({ code: recoveryCode });
    await person.submit({ password: newPassword });
    assert.equal(await person.component(), 'ak-stage-password-changed');
    assert.equal(await person.who(), null);
  });

  itInCampaign('makes a passkey, and signs in by it alone', async () => {
    await addVirtualAuthenticator(person.page);
    await signUp('dan');
    await person.goto('account-webauthn');
    await person.submit({ password });
    assert.equal(await person.component(), 'ak-stage-authenticator-webauthn');
    assert.equal(await person.submit(), 'ak-stage-authenticator-static');
    await person.submit();
    await person.goto('sign-out');
    await person.submit();
    await person.goto('passwordless');
    assert.equal(await person.submit(), '');
    assert.equal(await person.who(), 'dan');
  });

  itInCampaign('two people at two browsers, step by step beside each other: each has their own account', async () => {
    const other = await JsonPerson.open(example, browser);
    await person.goto('invite');
    await other.goto('invite');
    await person.submit({ invite_code: example.code });
    await other.submit({ invite_code: example.code });
    await Promise.all([person.submit(accountOf('eva')), other.submit(accountOf('fay'))]);
    const code = await example.mailedCode('eva@example.com');
    await other.submit({ code });
    assert.equal(await other.who(), null);
    await person.submit({ code });
    assert.deepEqual([await person.who(), await other.who()], ['eva', null]);
    await other.leaves();
  });

  itInCampaign('asks every kind of question, and for a file', async () => {
    await person.goto('prompts');
    await person.submit({ text: 'one', story: 'two\nlines', age: '30' });
    await person.page.getByLabel('Blue').check();
    await person.page.getByLabel('I accept the terms of use.').check();
    await person.fill({ day: '2026-12-24' });
    assert.deepEqual(await accessibilityFaults(), []);
    assert.equal(await person.submit(), '');
    assert.equal(person.page.url(), `${example.url}/inside`);
    await person.goto('picture');
    assert.equal(await person.submit(), 'ak-stage-prompt');
    assert.equal(await person.page.locator(':focus').getAttribute('type'), 'file');
    const me = { name: 'me.png', mimeType: 'image/png', buffer: Buffer.alloc(200_000) };
    await person.page.locator('input[type=file]').setInputFiles(me);
    assert.equal(await person.submit(), '');
    assert.equal(person.page.url(), `${example.url}/inside`);
    await person.goto('stages');
    await person.submit();
    assert.equal(await person.component(), 'ak-stage-captcha');
    assert.equal(await person.submit(), '');
  });

  it('the other buttons of a page have its words, and do what they say', async () => {
    await signUp('gil');
    await person.goto('consent');
    const decline = person.page.getByRole('button', { name: 'Don’t allow', exact: true });
    await decline.waitFor();
    assert.equal(await person.submit({}, 'Don’t allow'), 'ak-stage-access-denied');
  });

  it('cancel and start again end the plan of a signed-in user', async () => {
    await signUp('hal');
    const isFirst = async (): Promise<number> => person.page.locator('[name="text"]').count();
    for (const button of ['Cancel', 'Start again']) {
      await person.goto('prompts');
      await person.submit({ text: 'one' });
      assert.equal(await isFirst(), 0);
      assert.equal(await person.submit({}, button), 'ak-stage-prompt');
      assert.equal(await isFirst(), 1, button);
    }
    await person.goto('account-profile');
    await person.fill({ name: 'Someone' });
    assert.equal(await person.submit({}, 'Start again'), 'ak-stage-prompt');
    assert.equal(await person.page.locator('[name="name"]').inputValue(), '');
  });

  it('a refusal says its sentence once, and offers once to start again', async () => {
    await person.goto('account-profile');
    const { page } = person;
    assert.equal(await person.component(), 'ak-stage-access-denied');
    assert.equal(await page.locator('main').getByText('Sign in first, then open this page again.').count(), 1);
    assert.equal(await page.getByText('Start again', { exact: true }).count(), 1);
    assert.equal(await person.submit({}, 'Start again'), 'ak-stage-access-denied');
    await page.goto(`${example.url}/flow/no-such-flow`);
    assert.equal(await page.getByRole('alert').innerText(), 'This page doesn’t exist.');
    person.faults.length = 0;
  });

  it('where the person goes back before an answer comes, it is not drawn there', async () => {
    const { page } = person;
    await page.goto(`${example.url}/`);
    await page.getByRole('link', { name: 'Every kind of question' }).click();
    await page.locator('[name="text"]').fill('one');
    let goOn = (): void => undefined;
    const isBack = new Promise<void>((resolve) => (goOn = resolve));
    const held = page.waitForRequest((request) => request.method() === 'POST');
    await page.route('**/api/v3/**', async (route) => {
      if (route.request().method() === 'POST') await isBack;
      await route.continue();
    });
    await page.locator('form button[type=submit]').click();
    await held;
    await page.goBack();
    await page.getByText('You’re not signed in.').waitFor();
    const drawnAgain = page.waitForResponse('**/me');
    goOn();
    await drawnAgain;
    assert.equal(await page.locator('form').count(), 0);
    assert.equal(page.url(), `${example.url}/`);
    // The answer counted all the same.
    await person.goto('prompts');
    assert.equal(await page.locator('[name="color"]').count(), 2);
  });

  it('an error, and its link to the field, keep what was typed', async () => {
    await person.goto('prompts');
    await person.submit({ text: '', story: 'kept', secret: 'not kept' });
    await person.page.locator('.enrollment-errors a').first().click();
    await person.page.waitForFunction(`location.hash === '#field-text'`);
    assert.equal(await person.page.locator('[name="story"]').inputValue(), 'kept');
    assert.equal(await person.page.locator('[name="secret"]').inputValue(), '');
    assert.equal(await person.page.locator('.enrollment-errors').count(), 1);
  });

  itInCampaign('a sign-in with a provider begins at a link of the page', async () => {
    await person.goto('sign-in');
    await person.page.getByRole('link', { name: 'Continue with Acme' }).click();
    await person.page.getByRole('button', { name: /Ann/ }).click();
    await person.page.waitForURL(/\/if\/flow\/no-access-yet\//);
    await person.goto('no-access-yet');
    assert.equal(await person.component(), 'ak-stage-prompt');
    await shot(person.page, 'json-no-access-yet');
  });

  it('its scripts are checked against the types of the client', async () => {
    const { scriptErrors } = await import('../support/e2e/check-scripts.js');
    const folder = join(packageRoot, 'examples/json-client/public');
    assert.ok(readdirSync(folder).includes('app.js'));
    assert.deepEqual(scriptErrors(folder), []);
  });
});
