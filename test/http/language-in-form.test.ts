import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { savedPasswordField } from '../../lib/base/reserved-names.js';
import { inviteSignupFlow, signInFlow, signOutFlow, waitlistFlow } from '../../lib/index.js';
import { accountOf, password } from '../support/account.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { viewFolder } from '../support/pages/view-folder.js';

const flow = inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], target: '/welcome' });
const german = { enrollment_locale: 'de' };

describe('changing the language of a form', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  afterEach(() => testApp.close());

  async function open(options: TestAppOptions = {}): Promise<void> {
    testApp = await openTestApp({
      languages: ['en', 'de'],
      flows: [
        flow,
        signOutFlow({ slug: 'sign-out' }),
        signInFlow({ slug: 'sign-in', staySignedInSeconds: 60 }),
        waitlistFlow({ slug: 'wait' }),
      ],
      ...options,
    });
    visitor = new Visitor(testApp);
  }

  async function openAccountPage(options: TestAppOptions = {}): Promise<void> {
    await open(options);
    const { code } = await testApp.enrollment.invitations.create({ uses: 9 });
    await visitor.enterCode(code);
  }

  const lang = (): string | undefined => /<html lang="([^"]*)"/.exec(visitor.page.text)?.[1];
  const valueOf = (name: string): string | undefined =>
    visitor.form.controls.find((control) => control.name === name && control.type !== 'hidden')?.value;
  const links = (): readonly string[] =>
    [...visitor.page.text.matchAll(/<a [^>]*href="([^"]*\?locale=[^"]*)"/g)].map(([, href = '']) => href);

  it('keeps what was typed, but no password, and processes no answer', async () => {
    await openAccountPage();
    const [step, events] = [visitor.step, testApp.events.length];
    const answer = await visitor.submit({ ...german, username: 'x', email: 'half@', password });
    assert.deepEqual([answer.status, lang()], [200, 'de']);
    assert.deepEqual([valueOf('username'), valueOf('email'), valueOf('password')], ['x', 'half@', '']);
    assert.doesNotMatch(answer.text, /aria-invalid|role="alert"/);
    assert.ok(!answer.text.includes(password));
    assert.match(answer.text, /class="enrollment-notice"[^]*?Ihre Eingaben sind noch da, außer Passwörtern\./);
    assert.match(answer.text, /<input[^>]* name="password"[^>]* autofocus>/);
    assert.match(String(answer.headers['set-cookie']), /^enrollment\.locale=de; Max-Age=31536000; Path=\//);
    assert.deepEqual([visitor.step, testApp.events.length, testApp.members.length], [step, events, 0]);
    assert.equal((await visitor.submit(accountOf('ann'))).location, '/welcome');
  });

  it('says nothing of passwords where none was typed', async () => {
    await openAccountPage();
    const answer = await visitor.submit({ ...german, username: 'x', password: '' });
    assert.doesNotMatch(answer.text, /Passwörtern|autofocus/);
  });

  it('asks again for a password that was typed in place of the saved one', async () => {
    await openAccountPage();
    await visitor.submit({ username: 'root', email: 'late@example.com', password });
    assert.ok(visitor.form.hidden[savedPasswordField]);
    await visitor.submit({ ...german, username: 'root', email: 'late@example.com', password: 'another long password' });
    assert.equal(visitor.form.hidden[savedPasswordField], undefined);
    assert.equal((await visitor.submit({ username: 'late', email: 'late@example.com', password: '' })).status, 422);
    assert.equal(testApp.members.length, 0);
  });

  it('keeps the typed values and the saved password of a refused page', async () => {
    await openAccountPage();
    const refused = await visitor.submit({ username: 'root', email: 'late@example.com', password });
    assert.equal(refused.status, 422);
    await visitor.submit({ ...german, username: 'root', email: 'late@example.com', password: '' });
    assert.deepEqual([valueOf('username'), valueOf('email')], ['root', 'late@example.com']);
    assert.ok(visitor.form.hidden[savedPasswordField]);
    const done = await visitor.submit({ username: 'late', email: 'late@example.com', password: '' });
    assert.equal(done.location, '/welcome');
  });

  it('says again what was wrong, in the new language, and after the next change too', async () => {
    await openAccountPage();
    const refused = await visitor.submit({ username: 'root', email: 'half@', password: 'short' });
    assert.equal(refused.status, 422);
    const errorsIn = (text: string): number => text.match(/class="enrollment-field__error"/g)?.length ?? 0;
    const count = errorsIn(refused.text);
    assert.ok(count >= 3);
    const events = testApp.events.length;
    const inGerman = await visitor.submit({ ...german, username: 'root', email: 'half@', password: '' });
    assert.deepEqual([lang(), errorsIn(inGerman.text), valueOf('email')], ['de', count, 'half@']);
    assert.match(inGerman.text, /<title>Fehler: /);
    assert.match(inGerman.text, /Mindestens 15 Zeichen|mindestens 15 Zeichen/);
    assert.match(inGerman.text, /role="alert"/);
    await visitor.submit({ enrollment_locale: 'en', username: 'root', email: 'half@', password: '' });
    assert.equal(errorsIn(visitor.page.text), count);
    assert.equal(testApp.events.length, events);
    // Canceling and going on is no other page.
    await visitor.submit({ enrollment_cancel: 'asked', username: 'root', email: 'half@', password: '' });
    await visitor.submit({ enrollment_keep: '' });
    assert.equal(errorsIn(visitor.page.text), count);
    assert.equal((await visitor.submit(accountOf('ann'))).location, '/welcome');
  });

  it('says no more what was corrected, and begins at the password that is gone', async () => {
    await openAccountPage();
    await visitor.submit({ username: 'root', email: 'half@', password: 'short' });
    const invalid = (): readonly string[] =>
      [...visitor.page.text.matchAll(/<input[^>]*name="(\w+)"[^>]*aria-invalid/g)].map(([, name = '']) => name);
    assert.deepEqual(invalid(), ['username', 'email', 'password']);
    await visitor.submit({ ...german, username: 'ann', email: 'half@', password: '' });
    assert.deepEqual(invalid(), ['email', 'password']);
    await visitor.submit({ ...german, username: 'ann', email: 'ann@example.com', password });
    assert.deepEqual(invalid(), []);
    assert.doesNotMatch(visitor.page.text, /<title>Fehler: |role="alert"/);
    assert.match(visitor.page.text, /<input[^>]* name="password"[^>]* autofocus>/);
  });

  it('shows no errors that the page did not say: of another page, changed, or of another browser', async () => {
    await openAccountPage();
    await visitor.submit({ username: 'root', email: 'half@', password });
    const { enrollment_errors: errors = '' } = visitor.form.hidden;
    assert.ok(errors !== '');
    const other = new Visitor(testApp);
    const { code } = await testApp.enrollment.invitations.create();
    await other.enterCode(code);
    for (const [who, sent] of [
      [visitor, errors.slice(0, -1)],
      [visitor, `x${errors}`],
      [visitor, 'a'.repeat(9000)],
      [other, errors],
    ] as const) {
      const answer = await who.submit({ ...german, username: 'x', enrollment_errors: sent });
      assert.doesNotMatch(answer.text, /enrollment-field__error/);
      assert.equal(answer.status, 200);
    }
  });

  it('is a redirect where nothing was typed, so that Back and reload send nothing again', async () => {
    await openAccountPage();
    const answer = await visitor.submit({ ...german, username: '', email: '', password: '' });
    assert.deepEqual([answer.status, answer.location], [303, '/if/flow/invite/']);
    await visitor.follow(answer);
    assert.deepEqual([lang(), visitor.step], ['de', 'account 1']);
    const cancel = await visitor.submit({ enrollment_cancel: 'asked', username: '', email: '' });
    assert.deepEqual([cancel.status, cancel.location], [303, '/if/flow/invite/cancel/']);
  });

  it('counts no wrong code, and takes up no right one', async () => {
    await open({ rateLimits: { codes: { perPlan: { points: 2, windowSeconds: 600 } } } });
    const { code } = await testApp.enrollment.invitations.create();
    await visitor.open();
    for (let times = 0; times < 5; times += 1)
      assert.equal((await visitor.submit({ ...german, invite_code: 'WRONG-WORD-1' })).status, 200);
    await visitor.submit({ ...german, invite_code: code });
    assert.deepEqual([visitor.step, valueOf('invite_code')], ['invite-code 0', code]);
    assert.equal((await visitor.submit({ invite_code: code })).status, 303);
  });

  it('shows the present step for a page that is no longer current, in the new language', async () => {
    await open();
    const { code } = await testApp.enrollment.invitations.create();
    await visitor.open();
    const { action, hidden } = visitor.form;
    await visitor.follow(await visitor.submit({ invite_code: code }));
    const answer = await visitor.post(action, { ...hidden, ...german, invite_code: code });
    assert.equal(answer.status, 303);
    await visitor.follow(answer);
    assert.deepEqual([visitor.step, lang()], ['account 1', 'de']);
    testApp.clock.advance(2 * 60 * 60_000);
    const late = await visitor.submit(german);
    assert.equal(late.status, 303);
    assert.match((await visitor.follow(late)).text, /Ihre Sitzung ist abgelaufen/);
  });

  it('keeps what the page says, by the button and by the link, and says it no longer on the next page', async () => {
    await openAccountPage();
    const notice = (): string | undefined => /class="enrollment-notice"[^]*?>([^<]+)<\/p>/.exec(visitor.page.text)?.[1];
    testApp.clock.advance(2 * 60 * 60_000);
    await visitor.follow(await visitor.submit(accountOf('ann')));
    const expired = notice();
    assert.match(expired ?? '', /session expired/);
    await visitor.submit({ ...german, invite_code: 'HALF' });
    assert.match(notice() ?? '', /^Ihre Sitzung ist abgelaufen/);
    await visitor.follow(await visitor.submit({ enrollment_locale: 'en', invite_code: '' }));
    assert.equal(notice(), expired);
    await visitor.follow(await visitor.get('/if/flow/invite/?locale=de'));
    assert.match(notice() ?? '', /^Ihre Sitzung ist abgelaufen/);
    await visitor.submit({ invite_code: 'HALF' });
    assert.equal(notice(), undefined);
    await visitor.submit({ enrollment_locale: 'en', invite_code: 'HALF' });
    assert.equal(notice(), undefined);
    await visitor.open();
    await visitor.follow(await visitor.get('/if/flow/invite/?locale=de'));
    assert.deepEqual([lang(), notice()], ['de', undefined]);
  });

  it('is no repetition of the form that signed somebody in', async () => {
    await openAccountPage();
    const { action, hidden } = visitor.form;
    await visitor.post(action, { ...hidden, ...accountOf('once') });
    assert.equal(await visitor.me(), 'once');
    const { cookies } = visitor.client;
    for (const name of cookies.names()) if (!name.includes('plan')) cookies.set(name, '', '/');
    await visitor.client.post(action, { ...hidden, ...accountOf('once'), ...german });
    assert.equal(await visitor.me(), null);
  });

  it('presses no button: not of a flow, not of its cancel page and not of its sign-out', async () => {
    await openAccountPage();
    await visitor.get('/if/flow/invite/cancel/');
    const cancel = visitor.form;
    const answer = await visitor.post(cancel.action, { ...cancel.hidden, ...german });
    assert.deepEqual([answer.status, answer.location], [303, '/if/flow/invite/cancel/']);
    await visitor.follow(answer);
    assert.deepEqual([lang(), links()[0]], ['de', '/if/flow/invite/cancel/?locale=en']);
    await visitor.open();
    assert.equal(visitor.step, 'account 1');
    await visitor.submit(accountOf('pressed'));

    for (const page of ['/if/flow/sign-out/', '/if/flow/invite/']) {
      await visitor.get('/if/flow/invite/?invite=ABCD-EFGH-JKMN-PQRS');
      await visitor.open(page);
      assert.equal(links().length, 2, 'without fields, it is links');
      const { action, hidden } = visitor.form;
      await visitor.post(action, { ...hidden, ...german });
      assert.equal(await visitor.me(), 'pressed', page);
    }
  });

  it('is refused where the form is not of this browser', async () => {
    await open();
    await visitor.open();
    const answer = await visitor.submit({ ...german, enrollment_step: '0.invite-code.AAAAAAAAAAAAAAAAAAAAAA' });
    assert.equal(answer.status, 403);
    assert.doesNotMatch(String(answer.headers['set-cookie']), /locale=|plan/);
  });

  it('to one that the app does not offer changes nothing, and keeps what was typed', async () => {
    await open();
    await visitor.open();
    for (const tag of ['fr', '', 'constructor', '"><b>', 'de\r\nX: y']) {
      const answer = await visitor.submit({ enrollment_locale: tag, invite_code: 'HALF' });
      assert.deepEqual([answer.status, lang(), valueOf('invite_code')], [200, 'en', 'HALF']);
      assert.doesNotMatch(String(answer.headers['set-cookie']), /locale/);
    }
    await visitor.follow(await visitor.submit({ enrollment_locale: 'de-AT' }));
    assert.equal(lang(), 'de');
  });

  it('keeps the name, the ticked box and the target of a sign-in, and the entry of a waitlist', async () => {
    await open();
    await visitor.open('/if/flow/sign-in/?next=%2Fbooks');
    await visitor.submit({ ...german, uid_field: 'ann', password, remember_me: 'on' });
    assert.deepEqual([lang(), valueOf('uid_field'), valueOf('password')], ['de', 'ann', '']);
    assert.match(visitor.page.text, /name="remember_me"[^>]*checked/);
    await visitor.open('/if/flow/wait/');
    await visitor.submit({ enrollment_locale: 'en', email: 'ann@' });
    assert.deepEqual([lang(), valueOf('email')], ['en', 'ann@']);
  });

  it('stands behind the button of the page, which Enter presses', async () => {
    await openAccountPage();
    const buttons = visitor.page.text.match(/<button[^>]*type="submit"[^>]*>/g) ?? [];
    assert.equal(buttons.length, 4);
    assert.match(buttons[0] ?? '', /class="enrollment-button"/);
    assert.match(buttons[1] ?? '', /form="enrollment-form" name="enrollment_cancel"/);
    for (const one of buttons.slice(2))
      assert.match(one, /form="enrollment-form" name="enrollment_locale".* formnovalidate/);
    assert.match(visitor.page.text, /<form [^>]*id="enrollment-form"/);
  });

  const warnings = (): readonly string[] =>
    testApp.log.filter(({ text }) => text.includes('language switch')).map(({ text }) => text);

  for (const [what, views] of [
    [
      'whose form has no id',
      {
        'elements/form.ejs': `<form method="post" action="<%= locals.form.action %>">
          <% for (const { name, value } of locals.form.hidden) { %><input type="hidden" name="<%= name %>" value="<%= value %>"><% } %>
          <% for (const field of locals.form.fields) { %><%- include('/elements/field', { field }) %><% } %>
          <%- include('/elements/submit') %></form>`,
      },
    ],
    ['with the switch above the form', { 'slots/header.ejs': "<%- include('/elements/languages') %>" }],
    ['with the switch within the form', { 'slots/hidden-fields.ejs': "<%- include('/elements/languages') %>" }],
  ] as const) {
    it(`is done by links on a page ${what}, and told once`, async () => {
      await open({ views: viewFolder(views) });
      await visitor.open();
      assert.doesNotMatch(visitor.page.text, /enrollment_locale/);
      assert.ok(links().length >= 2);
      await visitor.open();
      assert.equal(warnings().length, 1);
      assert.match(warnings()[0] ?? '', /"pages\/prompt" \(flow "invite", stage "invite-code"\).*locals\.form\.id/);
    });
  }

  it('is done by the links of an own switch, without a warning', async () => {
    const own = '<% for (const { href, name } of locals.languages) { %><a href="<%= href %>"><%= name %></a><% } %>';
    await open({ views: viewFolder({ 'elements/languages.ejs': own }) });
    await visitor.open();
    assert.equal(links().length, 2);
    assert.deepEqual(warnings(), []);
    await visitor.open(links()[1]);
    assert.equal(lang(), 'de');
  });

  it('has no buttons in an app with one language, and the field does nothing there', async () => {
    await open({ languages: ['en'] });
    await visitor.open();
    assert.doesNotMatch(visitor.page.text, /enrollment_locale|id="enrollment-form"/);
    const answer = await visitor.submit({ ...german, invite_code: 'HALF' });
    assert.deepEqual([answer.status, lang(), answer.headers['set-cookie']], [200, 'en', undefined]);
  });
});
