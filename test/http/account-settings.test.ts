import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, beforeEach, describe, it } from 'mocha';
import {
  defineFlow,
  promptStage,
  signInFlow,
  signOutFlow,
  text,
  username,
  userWrite,
  type MemoryUser,
} from '../../lib/index.js';
import { accountSettings } from '../../lib/flows.js';
import { checkbox } from '../../lib/prompts/checkbox.js';
import { dropdown } from '../../lib/prompts/choices.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
const newPassword = 'another tram over the harbour';

/** Open to every visitor; it changes the account of the signed-in user only. */
const open = defineFlow({
  slug: 'open',
  title: 'Open',
  designation: 'stage_configuration',
  stages: [
    promptStage({ name: 'name', prompts: [username({ key: 'username', label: 'Username' })] }),
    userWrite({ name: 'write', creationMode: 'never_create' }),
  ],
});

describe('account settings', () => {
  const mailer = memoryMailer();
  let testApp: TestApp;
  let ann: MemoryUser;
  let visitor: Visitor;
  let count = 0;
  before(async () => {
    testApp = await openTestApp({
      mailer,
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        signOutFlow({ slug: 'sign-out', target: '/outside' }),
        ...accountSettings({
          fields: ['username', 'email', 'name', text({ key: 'city', label: 'City', required: false })],
          leave: {},
          target: '/back',
        }),
        open,
        signup,
      ],
    });
  });
  after(() => testApp.close());
  beforeEach(async () => {
    ann = await member(testApp, `ann-${(count += 1)}`);
    visitor = new Visitor(testApp);
    await signIn(visitor, ann.username ?? '');
  });
  const kept = async (): Promise<MemoryUser | null> => testApp.users.findById(ann.id);
  const values = (): ReadonlyMap<string, string | undefined> =>
    new Map(visitor.form.controls.map(({ name, value }) => [name ?? '', value ?? undefined]));

  it('are a page of links to each of them, for signed-in users only', async () => {
    assert.equal((await new Visitor(testApp).open('/if/flow/account/')).status, 403);
    const { text: page, status } = await visitor.open('/if/flow/account/');
    assert.equal(status, 200);
    for (const name of ['profile', 'password', 'sessions', 'leave'])
      assert.match(page, new RegExp(`href="/if/flow/account-${name}/[^"]*"`));
    const answer = await visitor.submit({});
    assert.deepEqual([answer.status, answer.location], [303, '/back']);
  });

  for (const [gap, ms] of [
    ['at once', 0],
    ['a moment later', 5],
    ['after the first answer', null],
  ] as const) {
    it(`a new password that is sent by two clicks leaves the second one signed in, ${gap}`, async () => {
      await visitor.open('/if/flow/account-password/');
      if (visitor.step.startsWith('confirm')) await visitor.follow(await visitor.submit({ password }));
      const { action, hidden } = visitor.form;
      const names = visitor.client.cookies.names();
      const cookies = names.map((name) => [name, visitor.client.cookies.get(name) ?? ''] as const);
      const withCookies = (): Visitor => {
        const browser = new Visitor(testApp);
        for (const [name, value] of cookies) browser.client.cookies.set(name, value);
        return browser;
      };
      const form = { ...hidden, password: newPassword };
      const [second, guess, later] = [withCookies(), withCookies(), withCookies()];
      const first = visitor.client.post(action, form);
      if (ms === null) await first;
      else await delay(ms);
      const answers = [await second.client.post(action, form), await first];
      assert.deepEqual(
        answers.map(({ status, location }) => [status, location]),
        Array.from({ length: 2 }, () => [303, '/if/flow/account/']),
      );
      assert.equal((await second.open('/if/flow/account/')).status, 200);
      assert.equal(await second.me(), ann.username);
      // Another form, and the same one later, do not sign in.
      await guess.client.post(action, { ...hidden, password: `${newPassword}!` });
      assert.equal(await guess.me(), null);
      testApp.clock.advance(121_000);
      await later.client.post(action, form);
      assert.equal(await later.me(), null);
    });
  }

  it('the profile shows what the account says, writes what was changed and leads back', async () => {
    await visitor.open('/if/flow/account-profile/');
    assert.deepEqual([values().get('username'), values().get('email')], [ann.username, ann.email]);
    const fields = { username: ann.username ?? '', email: `new-${count}@example.com`, name: 'Ann Lee', city: 'Bern' };
    await visitor.follow(await visitor.submit(fields));
    assert.equal((await kept())?.email, ann.email, 'not before the code');
    const answer = await visitor.submit({ code: mailer.codeIn(await mailer.next(fields.email)) ?? '' });
    assert.deepEqual([answer.status, answer.location.replace(/\?.*/, '')], [303, '/if/flow/account/'], answer.text);
    const { username: name, email, name: full, data } = (await kept()) ?? ann;
    assert.deepEqual([name, email, full, data['city']], [ann.username, fields.email, 'Ann Lee', 'Bern']);
    assert.equal(await visitor.me(), ann.username);
    await visitor.open('/if/flow/account-profile/');
    assert.deepEqual([values().get('name'), values().get('city')], ['Ann Lee', 'Bern']);
    // What a page does not show would be erased by saving it.
    await visitor.submit({ ...fields, city: values().get('city') ?? '' });
    assert.equal((await kept())?.data['city'], 'Bern');
  });

  it('a form that is sent again changes nothing that was changed since, in another browser', async () => {
    const other = new Visitor(testApp);
    await signIn(other, ann.username ?? '');
    await visitor.open('/if/flow/account-profile/');
    const { action, hidden } = visitor.form;
    const fields = {
      ...{ ...hidden, username: ann.username ?? '', email: ann.email ?? '', name: 'Ann' },
      city: 'Jakarta',
    };
    const answer = await visitor.post(action, fields);
    assert.equal((await kept())?.data['city'], 'Jakarta');
    await other.open('/if/flow/account-profile/');
    await other.submit({ username: ann.username ?? '', email: ann.email ?? '', name: 'Ann', city: 'Bandung' });
    assert.equal((await kept())?.data['city'], 'Bandung');
    assert.equal((await visitor.post(action, fields)).location, answer.location);
    // Another form is asked for anew.
    const more = await visitor.post(action, { ...fields, city: 'Surabaya' });
    assert.deepEqual([more.status, more.location], [303, '/if/flow/account-profile/']);
    assert.equal((await kept())?.data['city'], 'Bandung');
  });

  it('a username that another account has is refused', async () => {
    const bob = await member(testApp, `bob-${count}`);
    await visitor.open('/if/flow/account-profile/');
    const answer = await visitor.submit({ username: bob.username ?? '', email: ann.email ?? '', name: 'Ann' });
    assert.equal(answer.status, 422);
    assert.match(answer.text, /already taken/);
    assert.equal((await kept())?.username, ann.username);
  });

  it('CVE-2024-37905: fields that the page does not ask are not written', async () => {
    await visitor.open('/if/flow/account-profile/');
    const more = {
      id: 'x',
      active: '',
      is_active: 'false',
      groups: 'admin',
      'data.role': 'admin',
      role: 'admin',
      password_hash: 'x',
    };
    await visitor.submit({ ...more, username: ann.username ?? '', email: ann.email ?? '', name: 'Ann', city: '' });
    const after = await kept();
    assert.deepEqual(
      [after?.id, after?.active, Object.keys(after?.data ?? {}).includes('role')],
      [ann.id, true, false],
    );
    assert.equal((await signIn(new Visitor(testApp), ann.username ?? '')).status, 303);
  });

  it('a new address asks for the password where the sign-in was long ago', async () => {
    testApp.clock.advance(700_000);
    await visitor.open('/if/flow/account-profile/');
    assert.equal(visitor.step, 'confirm 0');
    assert.doesNotMatch(
      visitor.page.text,
      /been a while since you signed in/,
      'the page itself asks for what is missing',
    );
    await visitor.follow(await visitor.submit({ password }));
    assert.equal(visitor.step.split(' ')[0], 'profile');
  });

  it('pages that ask for the password do not ask to sign in again as well', async () => {
    testApp.clock.advance(700_000);
    for (const page of ['profile', 'leave', 'password']) {
      const { text: shown } = await visitor.open(`/if/flow/account-${page}/`);
      assert.match(shown, /type="password"/, page);
      assert.doesNotMatch(shown, /To be safe, sign out/, page);
    }
  });

  it('the password is changed, and the page leads back', async () => {
    await visitor.open('/if/flow/account-password/');
    await visitor.follow(await visitor.submit({ password }));
    const answer = await visitor.submit({ password: newPassword });
    assert.equal(answer.location.replace(/\?.*/, ''), '/if/flow/account/', answer.text);
    assert.equal((await visitor.follow(answer)).status, 200);
    assert.equal(await visitor.me(), ann.username);
  });

  it('sessions are shown by browser, and end one by one or all together', async () => {
    const page = '/if/flow/account-sessions/';
    assert.match((await visitor.open(page)).text, /don’t see you signed in anywhere else/);
    const elsewhere = new Visitor(testApp, { headers: { 'user-agent': firefox } });
    const third = new Visitor(testApp);
    await signIn(elsewhere, ann.username ?? '');
    await signIn(third, ann.username ?? '');
    await visitor.open(page);
    // Two sessions of one day are told apart by the time.
    assert.match(visitor.page.text, /Firefox, Windows, last used on [^<]*\d:\d\d/);
    assert.match(visitor.page.text, /Unknown browser, signed in on [^<]*\d:\d\d/);
    const [, id = ''] = /value="([\w-]{22})"[^>]*>[^]*?Firefox, Windows/.exec(visitor.page.text) ?? [];
    const sessions = await testApp.enrollment.sessions.list(ann.id);
    const theirs = sessions.find(({ userAgent }) => userAgent === firefox);
    assert.ok(theirs && visitor.page.text.includes(theirs.id), id);
    assert.equal((await visitor.submit({ session: theirs.id })).status, 303);
    assert.deepEqual([await elsewhere.me(), await third.me(), await visitor.me()], [null, ann.username, ann.username]);
    await visitor.open(page);
    assert.equal((await visitor.submit({ session: 'others' })).status, 303);
    assert.deepEqual([await third.me(), await visitor.me()], [null, ann.username]);
  });

  it('CVE-2025-52553: the session of another user is no answer', async () => {
    const bob = await member(testApp, `bob-${count}`);
    const his = new Visitor(testApp);
    await signIn(his, bob.username ?? '');
    const [session] = await testApp.enrollment.sessions.list(bob.id);
    await visitor.open('/if/flow/account-sessions/');
    assert.equal((await visitor.submit({ session: session?.id ?? '' })).status, 422);
    assert.equal(await his.me(), bob.username);
  });

  it('CVE-2025-52553: a page of one user writes nothing for the next one at the same browser', async () => {
    await visitor.open('/if/flow/account-profile/');
    const { action, hidden } = visitor.form;
    const plan = visitor.client.cookies.get('enrollment.plan.account-profile') ?? '';
    const bob = await member(testApp, `bob-${count}`);
    await visitor.client.post('/sign-out', {});
    await signIn(visitor, bob.username ?? '');
    visitor.client.cookies.set('enrollment.plan.account-profile', plan);
    testApp.clock.advance(700_000);
    await visitor.post(action, {
      ...hidden,
      username: `stolen-${count}`,
      email: `stolen-${count}@example.com`,
      name: 'Eve',
    });
    assert.deepEqual(
      [(await kept())?.username, (await testApp.users.findById(bob.id))?.username],
      [ann.username, bob.username],
    );
  });

  it('CVE-2022-46145: a flow of account settings creates no account for a visitor without one', async () => {
    const before = testApp.members.length;
    const stranger = new Visitor(testApp);
    await stranger.open('/if/flow/open/');
    assert.equal((await stranger.submit({ username: `nobody-${count}` })).status, 403);
    assert.equal(testApp.members.length, before);
  });

  it('CVE-2022-46172: a signed-in user creates no second account', async () => {
    const before = testApp.members.length;
    await visitor.open('/if/flow/open/');
    assert.equal((await visitor.submit({ username: `renamed-${count}` })).status, 303);
    assert.equal((await kept())?.username, `renamed-${count}`);
    assert.equal((await visitor.open('/if/flow/invite/')).status, 403);
    assert.equal(testApp.members.length, before);
  });
});

describe('prompts of the app on the profile page', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  let user: MemoryUser;
  before(async () => {
    const optional = { required: false } as const;
    testApp = await openTestApp({
      flows: [
        signInFlow({ slug: 'sign-in' }),
        ...accountSettings({
          fields: [
            'name',
            text({ key: 'city', label: 'City', initial: 'Oslo', ...optional }),
            text({ key: 'attributes.team', label: 'Team', ...optional }),
            checkbox({ key: 'news', label: 'News', ...optional }),
            dropdown({ key: 'color', label: 'Color', choices: ['red', 'blue'], ...optional }),
          ],
        }),
        signup,
      ],
    });
    const data = { attributes: { team: 'readers' }, role: 'member' };
    const { code } = await testApp.enrollment.invitations.create({ uses: 1, data });
    visitor = new Visitor(testApp);
    await visitor.open('/if/flow/invite/');
    await visitor.follow(await visitor.submit({ invite_code: code }));
    await visitor.submit({ username: 'ann', email: 'ann@example.com', password, password_repeat: password });
    assert.equal(await visitor.me(), 'ann', visitor.page.text);
    const [found] = testApp.members;
    assert.ok(found);
    user = found;
  });
  after(() => testApp.close());

  const page = '/if/flow/account-profile/';
  const data = async (): Promise<object> => (await testApp.users.findById(user.id))?.data ?? {};
  const shown = { city: 'Bern', news: 'yes', color: 'blue' };

  it('are drawn with what the account has, so that a form saved for another field changes nothing', async () => {
    await visitor.open(page);
    assert.match(visitor.page.text, /value="Oslo"/);
    assert.equal((await visitor.submit({ name: 'Ann', 'attributes.team': 'readers', ...shown })).status, 303);
    const kept = { role: 'member', city: 'Bern', attributes: { team: 'readers' }, news: true, color: 'blue' };
    assert.deepEqual(await data(), kept);
    const { text: drawn } = await visitor.open(page);
    assert.match(drawn, /value="Bern"/);
    assert.match(drawn, /name="news"[^>]*checked/);
    assert.match(drawn, /value="blue"[^>]*selected|selected[^>]*value="blue"/);
    await visitor.submit({ name: 'Ann Lee', 'attributes.team': 'readers', ...shown });
    assert.deepEqual(await data(), kept);
  });

  it('never override what the invitation enforces', async () => {
    await visitor.open(page);
    await visitor.submit({ name: 'Ann', ...shown, 'attributes.team': 'admins' });
    assert.deepEqual(Reflect.get(await data(), 'attributes'), { team: 'readers' });
  });

  it('are cleared by a blank field, which stays blank', async () => {
    await visitor.open(page);
    await visitor.submit({ name: 'Ann', city: '', 'attributes.team': '', color: '' });
    const kept = { role: 'member', city: null, attributes: { team: 'readers' }, news: false, color: null };
    assert.deepEqual(await data(), kept);
    const { text: drawn } = await visitor.open(page);
    assert.doesNotMatch(drawn, /Bern|Oslo|news"[^>]*checked/);
  });
});
