import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser, Locator, Page } from 'playwright-core';
import { inviteSignupFlow } from '../../lib/index.js';
import { findWeakness } from '../../lib/base/weak-password.js';
import { complaintsOf } from '../support/e2e/complaints.js';
import { launchBrowser } from '../support/chromium.js';
import { password } from '../support/account.js';
import { goToAccountPage } from '../support/e2e/browser-page.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';

describe('the scripts of the pages, in a browser', () => {
  let browser: Browser;
  let testApp: TestApp;
  let page: Page;
  let complaints: string[];
  before(async () => {
    browser = await launchBrowser();
    testApp = await openTestApp({
      flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], target: '/welcome' })],
      after: (app) => void app.get('/welcome', (_req, res) => void res.send('<p id="who">welcome</p>')),
    });
    page = await browser.newPage();
    complaints = complaintsOf(page);
  });
  after(async () => {
    await browser.close();
    await testApp.close();
  });

  it('take a pasted link, group a complete code and find a typo before it is sent', async () => {
    const { code: issued } = await testApp.enrollment.invitations.create();
    const field = await openCodePage();
    const note = page.locator('.enrollment-field__note');
    await field.pressSequentially(issued.replaceAll('-', '').toLowerCase());
    assert.equal(await field.inputValue(), issued);
    assert.equal(await note.innerText(), '');
    const wrong = issued.slice(0, -1) + (issued.endsWith('A') ? 'B' : 'A');
    await field.fill('');
    await field.pressSequentially(wrong.replaceAll('-', ''));
    assert.match(await note.innerText(), /typo/);
    await field.fill('');
    await paste(`${testApp.url}/if/flow/invite/?invite=${issued}`);
    assert.equal(await field.inputValue(), issued);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Username').waitFor();
    await page.context().clearCookies();
  });

  /** The text with its caret. */
  const written = (): Promise<unknown> =>
    page.evaluate(
      `(({ value, selectionStart: at }) => value.slice(0, at) + '|' + value.slice(at))(document.activeElement)`,
    );
  const openCodePage = async () => {
    await page.goto(testApp.url + testApp.page);
    const field = page.getByLabel('Invitation code');
    await field.focus();
    return field;
  };
  const empty = async (field: Locator): Promise<void> => {
    await field.focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Backspace');
  };
  /** As the keyboard does it, without the machine's clipboard. */
  const paste = async (text: string): Promise<void> => {
    const taken: unknown = await page.evaluate(`(() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text', ${JSON.stringify(text)});
      const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
      return !document.activeElement.dispatchEvent(event);
    })()`);
    if (taken !== true) await page.keyboard.insertText(text);
  };

  it('group a generated code while it is typed, with the caret where it is expected', async () => {
    await openCodePage();
    const steps: readonly (readonly [keys: string, shown: string])[] = [
      ['7k2q', '7k2q|'],
      ['3', '7k2q-3|'],
      ['xwm4', '7k2q-3xwm-4|'],
      ['ArrowLeft ArrowLeft ArrowLeft', '7k2q-3xw|m-4'],
      ['z', '7k2q-3xwz|-m4'],
      ['Backspace Backspace', '7k2q-3x|m4'],
      ['ArrowLeft ArrowLeft ArrowLeft Delete', '7k2q-|3xm4'],
      ['Delete', '7k2q-|xm4'],
      ['Backspace', '7k2q|-xm4'],
      ['Backspace', '7k2|x-m4'],
      ['Home 1', '1|7k2-xm4'],
      ['End Backspace Backspace', '17k2-x|'],
      ['Backspace', '17k2|'],
      ['Control+a Backspace', '|'],
    ];
    for (const [keys, shown] of steps) {
      if (/[A-Z ]/.test(keys)) for (const key of keys.split(' ')) await page.keyboard.press(key);
      else await page.keyboard.type(keys);
      assert.equal(await written(), shown, `after ${keys}`);
    }
  });

  it('leave codes that people chose as they are typed', async () => {
    const field = await openCodePage();
    for (const word of ['spring-2026', 'SPRING2026', '2026-SPRING', '2026SPRING', 'march2026', 'Sun-2026-party-all']) {
      await empty(field);
      await page.keyboard.type(word);
      assert.equal(await field.inputValue(), word);
      await page.keyboard.press('Tab');
      assert.equal(await field.inputValue(), word);
    }
    await empty(field);
    await page.keyboard.type('2026MARCH');
    assert.equal(await field.inputValue(), '2026-MARC-H', 'which may still become a generated code');
    await page.keyboard.press('Tab');
    assert.equal(await field.inputValue(), '2026MARCH');
  });

  it('keep the dashes of a code that replaces another one at once', async () => {
    const field = await openCodePage();
    for (const code of ['WRONG-CODE', 'SPRING-2026']) {
      await empty(field);
      await page.keyboard.type('7K2Q3XWM4V');
      assert.equal(await field.inputValue(), '7K2Q-3XWM-4V');
      await field.fill(code);
      await page.keyboard.press('Tab');
      assert.equal(await field.inputValue(), code);
    }
  });

  it('read pasted codes with blanks, Unicode dashes and wide letters', async () => {
    const field = await openCodePage();
    const { code: issued } = await testApp.enrollment.invitations.create();
    const [one = '', two = '', three = ''] = issued.split('-');
    const wide = [...one].map((letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)).join('');
    for (const text of [
      ` ${one} ${two} ${three} `,
      `${one}\u2013${two}\u2212${three}`,
      issued.toLowerCase(),
      `${wide}\u3000${two}_${three}`,
    ]) {
      await empty(field);
      await paste(text);
      await page.keyboard.press('Tab');
      assert.equal(await field.inputValue(), issued, JSON.stringify(text));
    }
    await empty(field);
    await page.keyboard.type(one + two);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Shift+Home');
    await paste(`https://app.example/join/?invite=${issued}`);
    assert.equal(await field.inputValue(), issued, 'a link replaces what was there');
  });

  it('stay out of a composition and of undo, and say a typo once', async () => {
    const field = await openCodePage();
    const session = await page.context().newCDPSession(page);
    await session.send('Input.imeSetComposition', { text: '7k2q3', selectionStart: 5, selectionEnd: 5 });
    assert.equal(await field.inputValue(), '7k2q3');
    await session.send('Input.insertText', { text: '7k2q3' });
    assert.equal(await written(), '7k2q-3|');
    await page.keyboard.press('Control+z');
    const undone = await field.inputValue();
    assert.ok(['', '7k2q', '7k2q3', '7k2q-3'].includes(undone), undone);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('7k2q3xwm4v');
    assert.equal(await field.inputValue(), '7k2q-3xwm-4v');
    await page.evaluate(`window.said = []; new MutationObserver((changes) => {
      for (const { target } of changes) said.push(target.textContent);
    }).observe(document.querySelector('.enrollment-field__note'), { childList: true, characterData: true, subtree: true })`);
    await page.keyboard.type('22');
    await page.keyboard.press('Tab');
    const said = await page.evaluate('said');
    assert.ok(Array.isArray(said) && said.length <= 1, JSON.stringify(said));
  });

  it('say of a new password what the server says of it', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    await goToAccountPage(page, testApp.url + testApp.page, code);
    const field = page.locator('input[name=password]');
    const meter = page.locator('.enrollment-strength');
    const least = 15;
    for (const typed of [
      'passwordpassword',
      'passwordpasswordpassword',
      'PasswordPASSWORDpass',
      'orchidorchidorchidorc',
      'aaaaaaaaaaaaaaaaaaaa',
      'abbaabbabaababab',
      'abcdefghijklmnopq',
      '5678901234567890',
      '6543210987654321',
      'Ｐａｓｓｗｏｒｄpassword',
      'correct horse battery',
      'orchidorchidorchid!',
      'abcdefghijklmnopa',
      '🙂🙃😉😊😇🥰😍😘🙂🙃😉😊😇🥰😍😘',
      '🙂🙃😉😊😇🥰😍😘🙂🙃😉😊😇🥰',
      'orchid',
    ]) {
      await field.fill(typed);
      const weakness = [...typed].length < least ? 'Too short' : await findWeakness(typed);
      const said = weakness === null ? 'Long enough' : weakness === 'Too short' ? weakness : 'Too easy to guess';
      assert.equal(await meter.innerText(), said, typed);
    }
    await page.getByLabel('Username').fill('harbour-tram');
    await page.getByLabel('Email').fill('ann.harbour@example.com');
    for (const [typed, said] of [
      ['Harbour-Tram-1987', 'Too easy to guess'],
      ['annharbourexample!', 'Too easy to guess'],
      ['harbour-tram at nine in the morning', 'Long enough'],
    ] as const) {
      await field.fill(typed);
      assert.equal(await meter.innerText(), said, typed);
    }
    await page.context().clearCookies();
  });

  it('show a password, say when it is long enough, and send it once', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    await goToAccountPage(page, testApp.url + testApp.page, code);
    await page.getByLabel('Username').fill('ann');
    await page.getByLabel('Email').fill('ann@example.com');
    const field = page.locator('input[name=password]');
    await field.fill('short');
    assert.equal(await page.getByText('Too short').count(), 1);
    await field.fill(password);
    assert.equal(await page.getByText('Too short').count(), 0);
    await page.getByRole('button', { name: 'Show' }).first().click();
    assert.equal(await field.getAttribute('type'), 'text');
    const posts: string[] = [];
    page.on('request', (request) => void (request.method() === 'POST' && posts.push(request.url())));
    await page.locator('main .enrollment-form button[type=submit]').dblclick();
    await page.waitForURL('**/welcome');
    assert.equal(posts.length, 1);
    assert.deepEqual(complaints, []);
  });
});
