import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { recoveryFlow } from '../../lib/flows.js';
import { signInFlow } from '../../lib/index.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { password } from '../support/account.js';
import { member } from '../support/http/sign-in-app.js';
import { signup } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import type { OpenIdProvider } from '../support/openid-provider.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../support/sources/acme.js';

const signInPage = '/if/flow/sign-in/';
const address = 'ann+club@example.com';
const hint = encodeURIComponent(address);

describe('login_hint, in links to sign-in pages and sources', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  let visitor: Visitor;
  before(async () => {
    provider = await startAcme();
    testApp = await openAcmeApp(provider, {
      mailer: memoryMailer(),
      flows: [
        signup,
        signInFlow({ slug: 'sign-in', target: '/inside', links: { enrollment: 'invite', recovery: 'recovery' } }),
        recoveryFlow({ slug: 'recovery' }),
      ],
    });
    await member(testApp, 'ann');
  });
  after(async () => {
    await testApp.close();
    await provider.close();
  });
  beforeEach(() => {
    visitor = new Visitor(testApp);
  });

  const filledIn = (): string | undefined => visitor.form.controls.find(({ name }) => name === 'uid_field')?.value;
  const hintAt = async (path: string): Promise<string | null> =>
    new URL((await visitor.client.get(path)).location).searchParams.get('login_hint');

  it('is filled in on the sign-in page, whose own address does not have it', async () => {
    const answer = await visitor.get(`${signInPage}?login_hint=${hint}&next=/books`);
    assert.deepEqual([answer.status, answer.location], [303, signInPage]);
    assert.ok(!JSON.stringify(answer.headers).includes('ann'));
    await visitor.follow(answer);
    assert.equal(filledIn(), address);
  });

  it('is only a proposal: another name signs in', async () => {
    await visitor.open(`${signInPage}?login_hint=${hint}&next=/books`);
    const done = await visitor.submit({ uid_field: 'ann', password });
    assert.equal(done.status, 303, done.text);
    assert.equal(done.location, '/books');
  });

  it('reaches the page through the address of the default flow, and the page of recovery', async () => {
    await visitor.open(`/flows/-/default/authentication/?login_hint=${hint}`);
    assert.equal(filledIn(), address);
    await visitor.open('/if/flow/recovery/');
    assert.equal(filledIn(), address);
  });

  for (const [what, typed] of [
    ['control characters', 'ann%0d%0a@example.com'],
    ['more than 320 characters', 'a'.repeat(321)],
    ['nothing but blanks', '%20%20'],
  ] as const) {
    it(`with ${what} is dropped`, async () => {
      const answer = await visitor.get(`${signInPage}?login_hint=${typed}`);
      assert.equal(answer.location, signInPage);
      await visitor.follow(answer);
      assert.equal(filledIn(), '');
    });
  }

  it('is text on the page', async () => {
    const page = await visitor.open(`${signInPage}?login_hint=${encodeURIComponent('"><script>alert(1)</script>')}`);
    assert.ok(!page.text.includes('<script>alert'));
    assert.equal(filledIn(), '"><script>alert(1)</script>');
  });

  it('is passed on to the provider by a source’s own link', async () => {
    assert.equal(await hintAt(`/source/acme/login?login_hint=${hint}&next=/books`), address);
    assert.equal(await hintAt('/source/acme/login?login_hint=a%00b'), null);
  });

  it('is passed on by the source’s button of a page that has it, but not where another account is wanted', async () => {
    assert.equal(await hintAt('/source/acme/login'), null);
    await visitor.open(`${signInPage}?login_hint=${hint}`);
    assert.equal(await hintAt('/source/acme/login?next=/books'), address);
    assert.equal(await hintAt(`${signInPage}source/acme/`), address);
    assert.equal(await hintAt(`${signInPage}source/acme/other/`), null);
  });
});
