import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { accountSettings } from '../../lib/flows.js';
import { identification, passwordStage, userLogin } from '../../lib/stages.js';
import { defineFlow, signInFlow, type MemoryUser } from '../../lib/index.js';
import { cancelField, keepField, localeField } from '../../lib/base/reserved-names.js';
import { password } from '../support/account.js';
import type { HtmlForm } from '../support/html-form.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const profile = '/if/flow/account-profile/';
const leave = '/if/flow/account-leave/';
const switching = defineFlow({
  slug: 'switch',
  title: 'Switch',
  designation: 'recovery',
  authentication: 'none',
  target: '/inside',
  stages: [identification({ name: 'identify' }), passwordStage({ name: 'check' }), userLogin({ name: 'login' })],
});
const told = 'Another account is signed in here now. Nothing was changed.';

describe('the page of another user', () => {
  let testApp: TestApp;
  let ann: MemoryUser;
  let bea: MemoryUser;
  let visitor: Visitor;
  let count = 0;

  before(async () => {
    testApp = await openTestApp({
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        switching,
        ...accountSettings({ fields: ['username', 'name'] }),
        signup,
      ],
    });
  });
  after(() => testApp.close());
  beforeEach(async () => {
    count += 1;
    [ann, bea] = [await member(testApp, `ann${String(count)}`), await member(testApp, `bea${String(count)}`)];
    visitor = new Visitor(testApp);
    await signIn(visitor, ann.username ?? '');
  });

  /** Opens a page as Ann, whose session then ends; Bea signs in at the same browser. */
  async function pageOfAnn(path: string): Promise<HtmlForm> {
    await visitor.open(path);
    const { form } = visitor;
    await testApp.enrollment.sessions.endAll(ann.id);
    await signIn(visitor, bea.username ?? '');
    assert.equal(await visitor.me(), bea.username);
    return form;
  }

  const kept = async (): Promise<unknown> => {
    const { username, name } = (await testApp.users.findById(bea.id)) ?? {};
    return { username, name };
  };

  it('does nothing in the account of the user who is signed in now, and says why', async () => {
    const form = await pageOfAnn(profile);
    const before = await kept();
    const answer = await visitor.client.post(form.action, { ...form.hidden, username: 'annie', name: 'Ann typed' });
    assert.equal(answer.status, 303);
    const next = await visitor.follow(answer);
    assert.ok(next.text.includes(told), next.text);
    assert.ok(!next.text.includes('annie') && !next.text.includes('Ann typed'));
    assert.deepEqual(await kept(), before);
  });

  for (const [what, fields] of Object.entries({
    'another language': { [localeField]: 'de' },
    'what was kept': { [keepField]: '' },
    'the page that cancels': { [cancelField]: 'asked' },
  }))
    it(`shows nothing of what was typed to the other user: ${what}`, async () => {
      const form = await pageOfAnn(profile);
      const answer = await visitor.client.post(form.action, { ...form.hidden, name: 'Ann typed', ...fields });
      assert.equal(answer.status, 303, answer.text);
      assert.ok(!(await visitor.follow(answer)).text.includes('Ann typed'));
    });

  it('deletes no account but that of its user, which it names', async () => {
    const form = await pageOfAnn(leave);
    await visitor.follow(await visitor.client.post(form.action, { ...form.hidden, password }));
    for (const user of [ann, bea]) assert.notEqual(await testApp.users.findById(user.id), null);
    await visitor.open(leave);
    const page = visitor.form.controls.some(({ name }) => name === 'password')
      ? await visitor.follow(await visitor.submit({ password }))
      : await visitor.open(leave);
    assert.match(page.text, /You’re signed in as b\*\*\*@example\.com/);
  });

  it('is the same person’s after they have signed in again', async () => {
    await visitor.open(profile);
    const { form } = visitor;
    await testApp.enrollment.sessions.endAll(ann.id);
    await signIn(visitor, ann.username ?? '');
    await visitor.follow(
      await visitor.client.post(form.action, { ...form.hidden, username: ann.username ?? '', name: 'Ann' }),
    );
    assert.equal((await testApp.users.findById(ann.id))?.name, 'Ann');
  });

  it('leaves alone a page that was drawn before anyone signed in', async () => {
    const other = new Visitor(testApp);
    await other.open('/if/flow/sign-in/');
    const { form } = other;
    await signIn(other, ann.username ?? '');
    const answer = await other.client.post(form.action, { ...form.hidden, uid_field: bea.username ?? '', password });
    assert.ok(!(await other.follow(answer)).text.includes(told));
  });

  it('answers the second of two clicks that signed another user in as the first', async () => {
    await visitor.open('/if/flow/switch/');
    await visitor.follow(await visitor.submit({ uid_field: bea.username ?? '' }));
    const { form } = visitor;
    const typed = { ...form.hidden, password };
    const first = await visitor.client.post(form.action, typed);
    assert.equal(await visitor.me(), bea.username);
    const second = await visitor.client.post(form.action, typed);
    assert.equal(second.status, 303);
    assert.equal(second.location, first.location);
    assert.equal(await visitor.me(), bea.username);
  });
});
