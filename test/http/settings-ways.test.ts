import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { changePasswordFlow, leaveFlow, recoveryFlow, accountSettings } from '../../lib/flows.js';
import { signInFlow } from '../../lib/index.js';
import { memoryAuthenticators, memoryMailer } from '../../lib/testing/index.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const menu = '/if/flow/account/';

/** The links of a page, in order, as `label href`; those that look like a button begin with `*`. */
function linksIn(text: string): readonly string[] {
  return [...text.matchAll(/<a class="(enrollment-(?:button|link)[^"]*)" href="([^"?]*)[^"]*">([^<]*)</g)].map(
    ([, look = '', href = '', label = '']) => `${look.startsWith('enrollment-button') ? '*' : ''}${label} ${href}`,
  );
}

function isDanger(text: string): boolean {
  return /<button class="enrollment-button enrollment-button--danger" type="submit">/.test(text);
}

function noticeIn(text: string): string | undefined {
  return /<p class="enrollment-notice" role="status">([^<]*)</.exec(text)?.[1];
}

describe('the ways out of account settings', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  let count = 0;
  let name = '';
  before(async () => {
    testApp = await openTestApp({
      authenticators: memoryAuthenticators(),
      mailer: memoryMailer(),
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        ...accountSettings({ fields: ['name'], authenticators: ['totp', 'recovery_codes'] }),
        changePasswordFlow({ slug: 'alone' }),
        recoveryFlow({ slug: 'recovery' }),
        signup,
      ],
    });
  });
  after(() => testApp.close());
  beforeEach(async () => {
    name = `ann-${(count += 1)}`;
    await member(testApp, name);
    visitor = new Visitor(testApp);
    await signIn(visitor, name);
  });

  for (const page of ['profile', 'password', 'sessions', 'leave', 'authenticators', 'totp', 'recovery-codes']) {
    it(`the first page leads back to the account by its last link, which looks the same on each: ${page}`, async () => {
      const { text } = await visitor.open(`/if/flow/account-${page}/`);
      assert.equal(linksIn(text).at(-1), `Back to your account ${menu}`);
      assert.match(text, /<a class="enrollment-link enrollment-link--quiet" href="[^"]*">Back to your account</);
    });
  }

  it('a flow of its own leads back as well, and one in an app without that page leads to the app', async () => {
    assert.ok(linksIn((await visitor.open('/if/flow/alone/')).text).includes(`Back to your account ${menu}`));
    const other = await openTestApp({ flows: [signInFlow({ slug: 'sign-in' }), leaveFlow(), signup] });
    await member(other, name);
    const guest = new Visitor(other);
    await signIn(guest, name);
    assert.deepEqual(linksIn((await guest.open('/if/flow/leave/')).text), ['Go to the home page /']);
    await guest.follow(await guest.submit({ password }));
    assert.deepEqual(linksIn(guest.page.text), ['*Keep my account /']);
    await guest.get('/if/flow/leave/cancel/');
    await guest.open('/if/flow/leave/cancel/');
    assert.equal((await guest.submit({})).location, '/');
    await other.close();
  });

  it('the page of a list leads to the app by its button alone', async () => {
    const { text } = await visitor.open(menu);
    assert.ok(linksIn(text).every((link) => !link.includes(`${menu} `) && !link.includes('Back to your account')));
    const dangers = [...text.matchAll(/enrollment-link--danger" href="([^"]*)"/g)].map(([, href]) => href);
    assert.deepEqual(dangers, ['/if/flow/account-leave/']);
  });

  it('what deletes something for good is marked, and what keeps it looks like a button', async () => {
    const leave = '/if/flow/account-leave/';
    await visitor.open(leave);
    assert.ok(!isDanger(visitor.page.text), 'a password deletes nothing yet');
    await visitor.follow(await visitor.submit({ password }));
    assert.match(visitor.page.text, /Delete my account/);
    assert.ok(isDanger(visitor.page.text));
    assert.deepEqual(linksIn(visitor.page.text), [`*Keep my account ${menu}`]);
    for (const page of ['sessions', 'profile'])
      assert.ok(!isDanger((await visitor.open(`/if/flow/account-${page}/`)).text), page);
  });

  it('canceling a deletion is what the cancel page proposes, and leads to the account', async () => {
    const leave = '/if/flow/account-leave/';
    await visitor.open(leave);
    await visitor.follow(await visitor.submit({ password }));
    const { text } = await visitor.open(`${leave}cancel/`);
    assert.ok(!isDanger(text));
    assert.match(text, /Everything stays as it is\./);
    assert.deepEqual(linksIn(text), [`Keep going ${leave}`]);
    const answer = await visitor.submit({});
    assert.equal(answer.location, menu);
    assert.equal(noticeIn((await visitor.follow(answer)).text), 'Canceled. Nothing you entered was saved.');
    assert.notEqual(await testApp.users.findByLogin('username', name), null);
  });

  it('canceling another change proposes to go on, and leads to the account too', async () => {
    const page = '/if/flow/account-password/';
    await visitor.open(page);
    await visitor.follow(await visitor.submit({ password }));
    assert.deepEqual(linksIn(visitor.page.text), [`Cancel ${page}cancel/`]);
    const { text } = await visitor.open(`${page}cancel/`);
    assert.ok(isDanger(text));
    assert.deepEqual(linksIn(text), [`*Keep going ${page}`]);
    assert.equal((await visitor.submit({})).location, menu);
  });

  it('what was changed is said on the page of the account, once', async () => {
    const sayings: Record<string, string | undefined> = {};
    const note = async (what: string, answer: Parameters<Visitor['follow']>[0]): Promise<void> => {
      assert.equal(answer.location, menu, what);
      sayings[what] = noticeIn((await visitor.follow(answer)).text);
      assert.equal(noticeIn((await visitor.open(menu)).text), undefined, what);
    };
    await visitor.open('/if/flow/account-profile/');
    await note('profile', await visitor.submit({ name: 'Ann' }));
    await signIn(new Visitor(testApp, { headers: { 'User-Agent': 'Other' } }), name);
    await visitor.open('/if/flow/account-sessions/');
    await note('sessions', await visitor.submit({ session: 'others' }));
    await signIn(new Visitor(testApp, { headers: { 'User-Agent': 'Other' } }), name);
    const { text } = await visitor.open('/if/flow/account-sessions/');
    const [, session = ''] = /type="radio" value="(?!others)([^"]+)"/.exec(text) ?? [];
    await note('session', await visitor.submit({ session }));
    await visitor.open('/if/flow/account-password/');
    await visitor.follow(await visitor.submit({ password }));
    const another = 'another tram over the harbour';
    testApp.canaries.add(another);
    await note('password', await visitor.submit({ password: another }));
    assert.deepEqual(sayings, {
      profile: 'Your changes are saved.',
      sessions: 'You’re signed out on all other devices.',
      session: 'You’re signed out on that device.',
      password: 'Your password is changed. You’re signed out on all other devices.',
    });
  });

  it('a visitor who is signed out is offered to sign in, not the same refusal again', async () => {
    const { status, text } = await new Visitor(testApp).open(menu);
    assert.equal(status, 403);
    assert.deepEqual(linksIn(text), ['*Sign in /if/flow/sign-in/', 'Go to the home page /']);
  });

  it('people who forgot their password, and remember it, sign in', async () => {
    const { text } = await new Visitor(testApp).open('/if/flow/recovery/');
    assert.ok(linksIn(text).includes('Sign in /if/flow/sign-in/'), text);
  });
});
