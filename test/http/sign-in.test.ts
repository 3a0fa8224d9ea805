import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { accountOf, password } from '../support/account.js';
import { member, openSignInApp, signIn, signInPage, signOutPage } from '../support/http/sign-in-app.js';
import type { TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const hidden = (text: string): string => text.replace(/ value="[^"]*"/g, '');

describe('signing in', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  let name: string;
  let count = 0;
  before(async () => {
    testApp = await openSignInApp({}, { staySignedInSeconds: 3600 });
  });
  after(() => testApp.close());
  beforeEach(async () => {
    visitor = new Visitor(testApp);
    await member(testApp, (name = `member-${(count += 1)}`));
  });

  it('shows one page with the name and the password', async () => {
    const answer = await visitor.open(signInPage);
    assert.equal(answer.status, 200);
    assert.equal(visitor.step, 'identification 0');
    assert.deepEqual(
      visitor.form.controls.filter(({ type }) => type !== 'hidden').map((control) => [control.name, control.type]),
      [
        ['uid_field', 'text'],
        ['password', 'password'],
        ['remember_me', 'checkbox'],
      ],
    );
    assert.match(answer.text, /name="uid_field"[^>]*autocomplete="username"[^>]*autocapitalize="none"/);
    assert.match(answer.text, /name="password"[^>]*autocomplete="current-password"/);
    assert.match(answer.text, /<button[^>]*>Sign in<\/button>/);
    assert.match(answer.text, /href="\/if\/flow\/invite\/">Create an account</);
  });

  it('signs in by username or by email, and redirects to the target', async () => {
    for (const typed of [name, `${name.toUpperCase()}@Example.com`]) {
      const person = new Visitor(testApp);
      const answer = await signIn(person, typed);
      assert.deepEqual([answer.status, answer.location, answer.text], [303, '/inside', '']);
      assert.equal(await person.me(), name);
    }
  });

  it('redirects to the next of the link, even after a wrong password', async () => {
    await visitor.open(`${signInPage}?next=/books%3Fpage=2`);
    assert.equal((await visitor.submit({ uid_field: name, password: 'something else' })).status, 422);
    const answer = await visitor.submit({ uid_field: name, password });
    assert.equal(answer.location, '/books?page=2');
  });

  it('redirects to no other site', async () => {
    await visitor.open(`${signInPage}?next=${encodeURIComponent('//evil.example/')}`);
    assert.equal((await visitor.submit({ uid_field: name, password })).location, '/inside');
  });

  it('asks again with 422: keeps the name, drops the password, and shows the error at the field', async () => {
    const answer = await signIn(visitor, name, 'something else');
    assert.equal(answer.status, 422);
    assert.match(answer.text, /<title>Error: /);
    // What is wrong with one field alone is said once.
    assert.doesNotMatch(answer.text, /role="alert"/);
    assert.match(answer.text, /id="field-password-error"[\s\S]*couldn’t sign you in with this name and password/);
    assert.match(answer.text, /name="password"[^>]*aria-describedby="field-password-error"[^>]*aria-invalid="true"/);
    const values = Object.fromEntries(visitor.form.controls.map((control) => [control.name, control.value]));
    assert.deepEqual([values['uid_field'], values['password']], [name, '']);
    assert.ok(!answer.text.includes('something else'));
    assert.equal(await visitor.me(), null);
    assert.equal((await visitor.submit({ uid_field: name, password })).status, 303);
  });

  it('responses for an unknown name and a wrong password are identical', async () => {
    const answers = await Promise.all(
      [name, 'nobody-at-all', `${name}@example.com`, 'nobody@example.com'].map(async (typed) =>
        signIn(new Visitor(testApp), typed, 'something else'),
      ),
    );
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([422]));
    assert.equal(new Set(answers.map(({ text }) => hidden(text))).size, 1);
    assert.equal(new Set(answers.map(({ headers }) => Object.keys(headers).sort().join())).size, 1);
  });

  it('asks for what is missing', async () => {
    await visitor.open(signInPage);
    const answer = await visitor.submit({ uid_field: '', password: '' });
    assert.equal(answer.status, 422);
    assert.equal(
      answer.text.match(/Enter your (?:username or email address|password)\./g)?.length,
      4,
      'in the summary and beside',
    );
  });

  it('accepts only a form of the kit, from this browser', async () => {
    await visitor.open(signInPage);
    const { action, hidden: own } = visitor.form;
    const fields = { uid_field: name, password };
    assert.equal((await visitor.post(action, fields)).status, 403);
    assert.equal((await new Visitor(testApp).post(action, { ...own, ...fields })).status, 403);
    assert.equal((await visitor.post(action, { ...own, ...fields }, { origin: 'https://evil.example' })).status, 403);
    assert.equal(await visitor.me(), null);
  });

  it('never reads a name or a password from the URL', async () => {
    await visitor.open(`${signInPage}?uid_field=${name}&password=${encodeURIComponent(password)}`);
    assert.ok(!visitor.page.text.includes(name));
    assert.equal(await visitor.me(), null);
  });

  it('a double click signs in twice and ends at the same page', async () => {
    await visitor.open(signInPage);
    const { action, hidden: own } = visitor.form;
    const answers = await Promise.all([0, 1].map(() => visitor.post(action, { ...own, uid_field: name, password })));
    assert.deepEqual(
      answers.map(({ status, location }) => [status, location]),
      [
        [303, '/inside'],
        [303, '/inside'],
      ],
    );
    assert.equal(await visitor.me(), name);
  });

  it('a signed-in user is redirected: to the next parameter, or else to the target', async () => {
    await signIn(visitor, name);
    visitor.client.cookies.set('enrollment.plan.sign-in', 'gone', signInPage);
    const answer = await visitor.get(signInPage);
    assert.deepEqual([answer.status, answer.location], [303, '/inside']);
    await visitor.get(`${signInPage}?next=/books`);
    assert.equal((await visitor.get(signInPage)).location, '/books');
  });

  it('a form open in another tab redirects as well, and switches no user', async () => {
    const other = await member(testApp, `${name}-other`);
    await visitor.open(signInPage);
    const tab = visitor.form;
    await signIn(visitor, name);
    visitor.client.cookies.set('enrollment.plan.sign-in', 'gone', signInPage);
    await visitor.open(signInPage);
    const late = await visitor.post(tab.action, { ...tab.hidden, uid_field: other.username ?? '', password });
    assert.notEqual(late.status, 200);
    assert.equal(await visitor.me(), name);
  });

  describe('staying signed in', () => {
    const cookieOf = async (fields: Readonly<Record<string, string>>): Promise<string> => {
      await visitor.open(signInPage);
      const answer = await visitor.submit({ uid_field: name, password, ...fields });
      return [answer.headers['set-cookie'] ?? []].flat().find((line) => line.startsWith('enrollment.sid')) ?? '';
    };

    it('lasts as long as the settings say, for a user who checked the box', async () => {
      const [, expires = ''] = /; Expires=([^;]+)/.exec(await cookieOf({ remember_me: 'yes' })) ?? [];
      const seconds = (Date.parse(expires) - Date.now()) / 1000;
      assert.ok(Math.abs(seconds - 3600) < 60, expires);
    });

    it('ends with the browser for all others', async () => {
      assert.doesNotMatch(await cookieOf({}), /Expires|Max-Age/);
    });

    it('keeps the checkbox checked when the password was wrong', async () => {
      await visitor.open(signInPage);
      const ticked = await visitor.submit({ uid_field: name, password: 'something else', remember_me: 'yes' });
      assert.match(ticked.text, /name="remember_me"[^>]* checked/);
      const unticked = await visitor.submit({ uid_field: name, password: 'something else' });
      assert.doesNotMatch(unticked.text, / checked/);
    });
  });

  it('emits events with user ids and without names or passwords', async () => {
    const before = testApp.events.length;
    await signIn(visitor, name, 'something else');
    await visitor.submit({ uid_field: name, password });
    const emitted = testApp.events.slice(before).filter(({ name: event }) => event.startsWith('log'));
    const { id } = (await testApp.users.findByLogin('username', name)) ?? assert.fail();
    assert.deepEqual(
      emitted.map(({ name: event, facts }) => [event, facts['user'], facts['cause'] ?? facts['flow']]),
      [
        ['login.failed', id, 'password'],
        ['login.succeeded', id, 'sign-in'],
      ],
    );
    assert.ok(!JSON.stringify(emitted).includes(name));
  });
});

describe('a return visit', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  it('works: sign up, sign out, sign in, sign out, sign in', async () => {
    testApp = await openSignInApp();
    const visitor = new Visitor(testApp);
    const { code } = await testApp.enrollment.invitations.create();
    await visitor.open('/if/flow/invite/');
    await visitor.follow(await visitor.submit({ invite_code: code }));
    await visitor.submit(accountOf('wayan'));
    assert.equal(await visitor.me(), 'wayan');
    for (let times = 0; times < 2; times += 1) {
      await visitor.open(signOutPage);
      assert.equal((await visitor.submit({})).location, '/outside');
      assert.equal(await visitor.me(), null);
      assert.equal((await signIn(visitor, 'wayan@example.com')).location, '/inside');
      assert.equal(await visitor.me(), 'wayan');
    }
  });

  it('a person who signed up under one spelling signs in under another', async () => {
    testApp = await openSignInApp();
    const visitor = new Visitor(testApp);
    const { code } = await testApp.enrollment.invitations.create();
    await visitor.open('/if/flow/invite/');
    await visitor.follow(await visitor.submit({ invite_code: code }));
    const composed = 'un café très serré';
    await visitor.submit({
      ...accountOf('Made'),
      password: composed.normalize('NFC'),
      password_repeat: composed.normalize('NFC'),
    });
    const later = new Visitor(testApp);
    assert.equal((await signIn(later, ' MADE ', composed.normalize('NFD'))).status, 303);
    assert.equal(await later.me(), 'made');
  });
});
