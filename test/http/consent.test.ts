import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { inviteSignupFlow, noAccessYetFlow, signInFlow, text, waitlistFlow, type Flow } from '../../lib/index.js';
import { mayCreateAccount } from '../../lib/http/creates-account.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('what people agree to when they create an account', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  const sentenceIn = (page: { readonly text: string }): string | undefined =>
    /<p class="enrollment-consent">(.*?)<\/p>\s*<div class="enrollment-form__actions">/.exec(page.text)?.[1];
  const link = (href: string, label: string, newTab = '(opens in a new tab)'): string =>
    `<a class="enrollment-link" href="${href}" target="_blank" rel="noopener">${label}<span class="enrollment-visually-hidden"> ${newTab}</span></a>`;

  async function accountPage(brand: TestAppOptions['brand'], more: TestAppOptions = {}): Promise<Visitor> {
    testApp = await openTestApp({
      flows: [inviteSignupFlow({ slug: 'invite', fields: ['username'] }), waitlistFlow({ slug: 'wait' })],
      ...(brand === undefined ? {} : { brand }),
      ...more,
    });
    const visitor = new Visitor(testApp);
    assert.equal(sentenceIn(await visitor.open()), undefined, 'the code page creates nothing');
    await visitor.enterCode((await testApp.enrollment.invitations.create()).code);
    return visitor;
  }

  it('is said above “Create account”, with links to the terms and the privacy policy', async () => {
    const visitor = await accountPage({ links: { terms: '/terms', privacy: 'https://acme.example/privacy?a=1&b=2' } });
    const both = `${link('/terms', 'terms')} and the ${link('https://acme.example/privacy?a=1&amp;b=2', 'privacy policy')}`;
    assert.equal(sentenceIn(visitor.page), `By creating an account, you agree to the ${both}.`);
    assert.equal(sentenceIn(await visitor.submit({ username: '' })), sentenceIn(visitor.page));
    assert.equal(sentenceIn(await visitor.open('/if/flow/wait/')), undefined);
  });

  it('names only what there is, and nothing without either', async () => {
    for (const [links, said] of [
      [{ terms: '/t' }, `By creating an account, you agree to the ${link('/t', 'terms')}.`],
      [{ privacy: '/p' }, `By creating an account, you agree to the ${link('/p', 'privacy policy')}.`],
      [{ help: '/h' }, undefined],
    ] as const) {
      assert.equal(sentenceIn((await accountPage({ links })).page), said);
      await testApp.close();
    }
    assert.equal(sentenceIn((await accountPage(undefined)).page), undefined);
  });

  it('is left out by a setting, and is worded by a message of each language', async () => {
    const links = { terms: '/t', privacy: '/p' };
    assert.equal(sentenceIn((await accountPage({ links, consent: false })).page), undefined);
    await testApp.close();
    const visitor = await accountPage(
      { links, name: 'Kopi' },
      {
        languages: ['en', 'de'],
        messages: { 'consent.both': '{brand}: <privacy>data & more</privacy>, <terms>"rules"</terms>' },
      },
    );
    assert.equal(sentenceIn(visitor.page), `Kopi: ${link('/p', 'data &amp; more')}, ${link('/t', '&#34;rules&#34;')}`);
    const inGerman = '(öffnet sich in einem neuen Tab)';
    assert.equal(
      sentenceIn(await visitor.open('/if/flow/invite/?locale=de')),
      `Mit dem Erstellen eines Kontos stimmen Sie den ${link('/t', 'Nutzungsbedingungen', inGerman)} und der ${link('/p', 'Datenschutzerklärung', inGerman)} zu.`,
    );
  });
});

describe('a page that may create an account', () => {
  const pagesOf = (flow: Flow): readonly string[] =>
    flow.bindings
      .filter(({ stage, key }) => stage.asking && mayCreateAccount(flow, { step: key, cancellable: true }))
      .map(({ key }) => key);

  it('is the last before the write, and each before it that no certain page follows', () => {
    assert.deepEqual(pagesOf(inviteSignupFlow({ slug: 'invite', fields: ['username'] })), ['account']);
    assert.deepEqual(pagesOf(noAccessYetFlow()), ['invite-code', 'username', 'email']);
    assert.deepEqual(pagesOf(noAccessYetFlow({ fields: ['email', text({ key: 'a', label: 'A' })] })), ['more']);
    assert.deepEqual(pagesOf(signInFlow({ slug: 'sign-in' })), []);
    const flow = noAccessYetFlow();
    assert.equal(mayCreateAccount(flow, { step: 'username', cancellable: false }), false);
    assert.equal(mayCreateAccount(flow, { step: 'user-write', cancellable: true }), true);
    assert.equal(mayCreateAccount(flow, { step: 'inserted', cancellable: true }), true);
  });
});
