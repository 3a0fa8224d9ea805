import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { recoveryFlow } from '../../lib/flows.js';
import { defineFlow, signInFlow, signOutFlow } from '../../lib/index.js';
import { dummyStage } from '../../lib/stages.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const purposes = {
  'sign-in': 'To sign in as someone else, sign out first.',
  recovery: 'To set another account’s password, sign out first.',
  invite: 'To create another account, sign out first.',
  news: 'To continue here, sign out first.',
} as const;

const news = defineFlow({
  slug: 'news',
  title: 'Get our news',
  designation: 'authorization',
  authentication: 'require_unauthenticated',
  stages: [dummyStage({ name: 'page' })],
});

describe('a page for visitors who are signed out', () => {
  const mailer = memoryMailer();
  let testApp: TestApp;
  let visitor: Visitor;
  before(async () => {
    testApp = await openTestApp({
      mailer,
      flows: [
        signup,
        signInFlow({ slug: 'sign-in' }),
        signOutFlow({ slug: 'sign-out' }),
        recoveryFlow({ slug: 'recovery', signInFlow: 'sign-in' }),
        news,
      ],
    });
    await Promise.all(['ann', 'bea'].map((name) => member(testApp, name)));
  });
  after(() => testApp.close());
  beforeEach(() => {
    visitor = new Visitor(testApp);
  });

  function saysOnly(said: string, purpose: string): void {
    assert.match(said, /You’re signed in as bea\./);
    for (const one of Object.values(purposes)) assert.equal(said.includes(one), one === purpose, one);
  }

  for (const [slug, purpose] of Object.entries(purposes))
    it(`of the flow ${slug} that is sent after a sign-in says what to sign out for`, async () => {
      await visitor.open(`/if/flow/${slug}/`);
      const { action, hidden, controls } = visitor.form;
      await signIn(visitor, 'bea');
      const typed = Object.fromEntries(controls.map(({ name }) => [name, 'ann']));
      const { status, text } = await visitor.post(action, { ...typed, ...hidden });
      assert.equal(status, 403);
      saysOnly(text, purpose);
      assert.equal(await visitor.me(), 'bea');
    });

  it('that a mailed link opens says it too', async () => {
    await visitor.open('/if/flow/recovery/');
    await visitor.follow(await visitor.submit({ uid_field: 'ann' }));
    const link = new URL(mailer.linkIn(await mailer.next('ann@example.com')) ?? '');
    const other = new Visitor(testApp);
    await signIn(other, 'bea');
    const { status, text } = await other.follow(await other.get(link.pathname + link.search));
    assert.equal(status, 403);
    saysOnly(text, purposes.recovery);
  });
});
