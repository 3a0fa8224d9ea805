import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { savedPasswordField } from '../../lib/base/reserved-names.js';
import { inviteSignupFlow, signInFlow } from '../../lib/index.js';
import { accountOf, password } from '../support/account.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { viewFolder } from '../support/pages/view-folder.js';

const asked = { enrollment_cancel: 'asked' };
const keep =
  /<button class="enrollment-button" type="submit" form="enrollment-form" name="enrollment_keep" value="(\w*)"/;

describe('the page that asks whether to cancel', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  let id: string;
  afterEach(() => testApp.close());

  async function openAccountPage(options: TestAppOptions = {}): Promise<void> {
    testApp = await openTestApp({
      flows: [
        inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], target: '/welcome' }),
        signInFlow({ slug: 'sign-in' }),
      ],
      ...options,
    });
    visitor = new Visitor(testApp);
    const invitation = await testApp.enrollment.invitations.create({ reserve: '15m' });
    ({ id } = invitation);
    await visitor.enterCode(invitation.code);
  }
  const valueOf = (name: string): string | undefined =>
    visitor.form.controls.find((control) => control.name === name && control.type !== 'hidden')?.value;
  const stateOf = async (): Promise<string | undefined> => (await testApp.enrollment.invitations.get(id))?.state;

  it('is a button of the form, and leads back to what was typed, but for passwords', async () => {
    await openAccountPage();
    assert.match(
      visitor.page.text,
      /<button class="enrollment-link[^"]*" type="submit" form="enrollment-form" name="enrollment_cancel" value="asked" formnovalidate>/,
    );
    const page = await visitor.submit({ ...asked, username: 'x', email: 'half@', password });
    assert.equal(page.status, 200);
    assert.match(page.text, /<h1[^>]*>Stop signing up\?/);
    assert.ok(!page.text.includes(password));
    const [, lost = ''] = keep.exec(page.text) ?? [];
    assert.equal(lost, 'password');
    const back = await visitor.submit({ enrollment_keep: lost });
    assert.equal(back.status, 200);
    assert.deepEqual([valueOf('username'), valueOf('email'), valueOf('password')], ['x', 'half@', '']);
    assert.match(back.text, /What you entered is still here, except for passwords\./);
    assert.match(back.text, /name="password"[^>]* autofocus/);
    assert.equal(await stateOf(), 'held');
    assert.equal((await visitor.submit(accountOf('ann'))).location, '/welcome');
  });

  it('cancels by its own button, processes no answer, and frees the seat', async () => {
    await openAccountPage();
    await visitor.submit({ ...asked, ...accountOf('ann') });
    const answer = await visitor.submit({});
    assert.deepEqual([answer.status, answer.location], [303, '/if/flow/invite/']);
    assert.match((await visitor.follow(answer)).text, /Sign-up canceled/);
    assert.deepEqual([testApp.members.length, await stateOf()], [0, 'open']);
  });

  it('keeps everything in another language, and the saved password', async () => {
    await openAccountPage({ languages: ['en', 'de'] });
    await visitor.submit({ username: 'root', email: 'late@example.com', password });
    await visitor.submit({ ...asked, username: 'root', email: 'late@example.com', password: '' });
    const german = await visitor.submit({ enrollment_locale: 'de' });
    assert.match(german.text, /<html lang="de"[^]*enrollment_keep/);
    assert.equal(await stateOf(), 'held');
    await visitor.submit({ enrollment_keep: '' });
    assert.equal(valueOf('email'), 'late@example.com');
    assert.ok(visitor.form.hidden[savedPasswordField]);
    assert.equal((await visitor.submit({ username: 'late', email: 'late@example.com' })).location, '/welcome');
  });

  it('is reached by a link from a page of the app whose form has no id, and leads back by one', async () => {
    const text = `<form method="post" action="<%= locals.form.action %>"><% for (const { name, value } of locals.form.hidden) { %><input type="hidden" name="<%= name %>" value="<%= value %>"><% } %>
      <% for (const field of locals.form.fields) { %><%- include('/elements/field', { field }) %><% } %><%- include('/elements/submit') %></form><%- include('/elements/links') %>`;
    await openAccountPage({ views: viewFolder({ 'pages/prompt.ejs': text }) });
    assert.match(visitor.page.text, /<a class="enrollment-link[^"]*" href="\/if\/flow\/invite\/cancel\/"/);
    const page = await visitor.get('/if/flow/invite/cancel/');
    assert.match(page.text, /<a class="enrollment-button" href="\/if\/flow\/invite\/"/);
  });

  it('does nothing for a form that is not of this browser', async () => {
    await openAccountPage();
    for (const enrollment_cancel of ['asked', 'confirmed'])
      assert.equal(
        (await visitor.post('/if/flow/invite/', { enrollment_step: '1.account.AAAA', enrollment_cancel })).status,
        403,
      );
    assert.equal(await stateOf(), 'held');
  });
});
