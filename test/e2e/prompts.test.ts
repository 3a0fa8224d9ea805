import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { defineFlow, promptStage, userLogin, username, userWrite } from '../../lib/index.js';
import {
  checkbox,
  date,
  dateTime,
  dropdown,
  file,
  number,
  radioButtonGroup,
  textArea,
  withLinks,
} from '../../lib/prompts.js';
import { launchBrowser } from '../support/chromium.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('prompts in a browser without scripts', () => {
  let app: TestApp;
  let browser: Browser;
  let page: Page;
  const accounts: unknown[] = [];

  before(async () => {
    const prompts = [
      username({ key: 'username', label: 'Username' }),
      textArea({ key: 'note', label: 'Note' }),
      number({ key: 'seats', label: 'Seats', min: 1 }),
      date({ key: 'born', label: 'Born' }),
      dateTime({ key: 'begins', label: 'Begins', zone: 'Asia/Jakarta' }),
      dropdown({ key: 'team', label: 'Team', choices: ['red', 'blue'] }),
      radioButtonGroup({ key: 'size', label: 'Size', choices: ['S', 'M'], initial: 'M' }),
      file({
        key: 'photo',
        label: 'Photo',
        async store({ stream, name, type }) {
          let content = '';
          for await (const chunk of stream) content += String(chunk);
          return { value: { name, type, content } };
        },
      }),
      checkbox({
        key: 'terms',
        label: withLinks('I accept the <terms>terms</terms>.', { terms: '/terms' }),
      }),
      checkbox({ key: 'news', label: 'News', required: false, initial: true }),
    ];
    const flow = defineFlow({
      slug: 'join',
      title: 'Join',
      designation: 'enrollment',
      stages: [
        promptStage({ name: 'about', prompts }),
        userWrite({ name: 'write', attributes: prompts.map(({ key }) => key).slice(1) }),
        userLogin({ name: 'login' }),
      ],
    });
    [app, browser] = await Promise.all([openTestApp({ flows: [flow], registration: 'open' }), launchBrowser()]);
    const { create } = app.users;
    app.users.create = (account, redemption) => {
      accounts.push(account.data);
      return create(account, redemption);
    };
    page = await browser.newPage({ javaScriptEnabled: false });
  });
  after(async () => {
    await browser.close();
    await app.close();
  });

  it('bring typed answers and a file into the account; a box that is unchecked stays so', async () => {
    const photo = join(temporaryFolder(), '写真.png');
    writeFileSync(photo, 'PNG');
    await page.goto(app.url + app.page);
    await page.getByLabel('Username').fill('ann');
    await page.getByLabel('Note').fill('one\ntwo');
    await page.getByLabel('Seats').fill('0');
    await page.getByLabel('Born').fill('2000-02-29');
    await page.getByLabel('Begins').fill('2026-12-31T18:30');
    await page.getByLabel('Team').selectOption('blue');
    await page.getByLabel('Photo').setInputFiles(photo);
    await page.getByRole('checkbox', { name: /I accept the terms/ }).check();
    await page.getByLabel('News').uncheck();
    await page.locator('main form button[type=submit]').click();
    assert.match(await page.locator('main').innerText(), /Enter 1 or more\.[^]*Choose the file again\./);
    assert.equal(await page.getByLabel('News').isChecked(), false);
    assert.equal(await page.getByLabel('Note').inputValue(), 'one\ntwo');
    assert.equal(await page.getByLabel('Begins').inputValue(), '2026-12-31T18:30');

    await page.getByLabel('Seats').fill('3');
    await page.getByLabel('Photo').setInputFiles(photo);
    await page.locator('main form button[type=submit]').click();
    assert.deepEqual(accounts, [
      {
        note: 'one\ntwo',
        seats: 3,
        born: '2000-02-29',
        begins: '2026-12-31T18:30:00+07:00',
        team: 'blue',
        size: 'M',
        photo: { name: '写真.png', type: 'image/png', content: 'PNG' },
        terms: true,
        news: false,
      },
    ]);
  });
});
