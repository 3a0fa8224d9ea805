import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { localeField } from '../../lib/base/reserved-names.js';
import {
  defineFlow,
  definePolicy,
  password as passwordPrompt,
  promptStage,
  signInFlow,
  signOutFlow,
  text,
  type MemoryUser,
} from '../../lib/index.js';
import { identification, passwordStage, userLogin } from '../../lib/stages.js';
import { password } from '../support/account.js';
import { member, signIn, signOutPage } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const signedIn = 'You’ve signed in since this page was opened.';
const signedOut = 'You’ve been signed out since this page was opened.';
const everyone = '/if/flow/everyone/';
const proving = '/if/flow/proving/';

describe('a page whose visitor signs in, or out, in another tab', () => {
  /** The users for which the answers of a page were accepted. */
  const acted: (string | undefined)[] = [];
  let testApp: TestApp;
  let ann: MemoryUser;
  let bea: MemoryUser;
  let visitor: Visitor;
  let count = 0;

  before(async () => {
    const validation = (...more: string[]) => [
      definePolicy({ name: 'seen', consumes: ['note', ...more], check: ({ facts }) => acted.push(facts.user) > 0 }),
    ];
    const shared = { title: 'For everyone', authentication: 'none', target: '/inside' } as const;
    testApp = await openTestApp({
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        signOutFlow({ slug: 'sign-out', target: '/outside' }),
        defineFlow({
          ...shared,
          slug: 'everyone',
          designation: 'stage_configuration',
          stages: [
            promptStage({
              name: 'note',
              prompts: [
                text({ key: 'note', label: 'Note', required: false }),
                passwordPrompt({ key: 'word', label: 'Word', required: false }),
              ],
              validation: validation('word'),
            }),
          ],
        }),
        defineFlow({
          ...shared,
          slug: 'proving',
          designation: 'recovery',
          stages: [
            identification({ name: 'identify' }),
            passwordStage({ name: 'check' }),
            promptStage({ name: 'note', prompts: [text({ key: 'note', label: 'Note' })], validation: validation() }),
            userLogin({ name: 'login' }),
          ],
        }),
        signup,
      ],
    });
  });
  after(() => testApp.close());
  beforeEach(async () => {
    acted.splice(0);
    count += 1;
    [ann, bea] = [await member(testApp, `ann${String(count)}`), await member(testApp, `bea${String(count)}`)];
    visitor = new Visitor(testApp);
  });

  /** Signs in in another tab of the same browser. */
  async function inAnotherTab({ username }: MemoryUser): Promise<void> {
    const tab = Object.assign(new Visitor(testApp), { client: visitor.client });
    await signIn(tab, username ?? '');
    assert.equal(await visitor.me(), username);
  }

  it('is shown again with what was typed, and acts for the user once it is sent again', async () => {
    await visitor.open(everyone);
    await inAnotherTab(ann);
    const again = await visitor.submit({ note: 'hello', word: 'a secret of hers' });
    assert.equal(again.status, 200);
    assert.ok(again.text.includes(signedIn), again.text);
    assert.ok(again.text.includes('value="hello"') && !again.text.includes('a secret of hers'), again.text);
    assert.deepEqual(acted, []);
    assert.equal((await visitor.submit({ note: 'hello' })).location, '/inside');
    assert.deepEqual(acted, [ann.id]);
  });

  it('is shown again where the user has been signed out', async () => {
    await signIn(visitor, ann.username ?? '');
    await visitor.open(everyone);
    await testApp.enrollment.sessions.endAll(ann.id);
    const again = await visitor.submit({ note: 'hello' });
    assert.ok(again.text.includes(signedOut) && again.text.includes('value="hello"'), again.text);
    assert.deepEqual(acted, []);
    assert.equal((await visitor.submit({ note: 'hello' })).location, '/inside');
    assert.deepEqual(acted, [undefined]);
  });

  it('with nothing typed in it is shown by a GET, so that a reload sends nothing', async () => {
    await visitor.open(everyone);
    await inAnotherTab(ann);
    const answer = await visitor.submit({ note: '' });
    assert.deepEqual([answer.status, answer.location], [303, everyone]);
    assert.ok((await visitor.follow(answer)).text.includes(signedIn));
    assert.deepEqual(acted, []);
  });

  it('says so also where it only asks for another language', async () => {
    await visitor.open(everyone);
    await inAnotherTab(ann);
    const { action, hidden } = visitor.form;
    const page = await visitor.post(action, { ...hidden, note: 'hello', [localeField]: 'de' });
    assert.ok(page.text.includes(signedIn) && page.text.includes('value="hello"'), page.text);
  });

  it('goes on for the person whom its plan has evidence for, and for no one else unasked', async () => {
    for (const [other, asks] of [
      [bea, false],
      [ann, true],
    ] as const) {
      visitor = new Visitor(testApp);
      await visitor.open(proving);
      await visitor.follow(await visitor.submit({ uid_field: bea.username ?? '' }));
      await visitor.follow(await visitor.submit({ password }));
      assert.equal(visitor.step.split(' ')[0], 'note', visitor.page.text);
      await inAnotherTab(other);
      acted.splice(0);
      const answer = await visitor.submit({ note: 'hello' });
      assert.equal(answer.text.includes(signedIn), asks, answer.text);
      assert.deepEqual(acted, asks ? [] : [bea.id]);
    }
  });

  it('is answered as at first where the second of two clicks comes after the first one signed in', async () => {
    await visitor.open(proving);
    await visitor.follow(await visitor.submit({ uid_field: bea.username ?? '' }));
    await visitor.follow(await visitor.submit({ password }));
    const { action, hidden } = visitor.form;
    const first = await visitor.post(action, { ...hidden, note: 'hello' });
    assert.equal(await visitor.me(), bea.username);
    const second = await visitor.post(action, { ...hidden, note: 'hello' });
    assert.deepEqual([second.status, second.location], [303, first.location]);
  });

  it('signs no one out whom it was not drawn for, and asks nothing of those who are signed out', async () => {
    await signIn(visitor, ann.username ?? '');
    await visitor.open(signOutPage);
    const { action, hidden } = visitor.form;
    await testApp.enrollment.sessions.endAll(ann.id);
    assert.equal((await visitor.post(action, hidden)).location, '/outside');
    await visitor.open(everyone);
    await inAnotherTab(bea);
    await visitor.follow(await visitor.post(action, hidden));
    assert.equal(await visitor.me(), bea.username);
  });
});
