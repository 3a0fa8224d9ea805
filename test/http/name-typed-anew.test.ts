import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { defineFlow, definePolicy, identification, userLogin, type Flow } from '../../lib/index.js';
import type { StageBindingSpec } from '../../lib/flow/flow.js';
import { deny, passwordStage, redirectStage, validateAuthenticator } from '../../lib/stages.js';
import { accountOf } from '../../lib/policies/account-of.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { password } from '../support/account.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const isBob = definePolicy({
  name: 'is-bob',
  check: async (question) => (await accountOf(question))?.username === 'bob',
});
const name = (key: string): StageBindingSpec => ({ stage: identification({ name: key }) });
const proof = (key: string): StageBindingSpec => ({ stage: passwordStage({ name: key }) });
const banned: StageBindingSpec = { stage: deny({ name: 'banned' }), policies: [isBob] };
const never = deny({ name: 'never' });
const factor = validateAuthenticator({ name: 'factor', deviceClasses: ['recovery_codes'] });
const login: StageBindingSpec = { stage: userLogin({ name: 'login' }) };
const signIn = (slug: string, stages: readonly StageBindingSpec[]): Flow =>
  defineFlow({
    ...{ slug, title: 'Sign in', designation: 'authentication', target: '/inside' },
    authentication: 'require_unauthenticated',
    stages,
  });

describe('a name that is typed after somebody has proved who they are', () => {
  let app: TestApp;
  before(async () => {
    app = await openTestApp({
      authenticators: memoryAuthenticators(),
      flows: [
        signIn('twice', [name('who'), proof('pw'), name('who-else'), banned, proof('pw-too'), login]),
        ...(['retry', 'restart_with_context'] as const).map((invalidResponseAction) =>
          signIn(`factor-${invalidResponseAction.slice(0, 5)}`, [
            ...[name('who'), proof('pw'), name('who-else')],
            { stage: factor, invalidResponseAction },
            login,
          ]),
        ),
        signIn('unproved', [name('who'), proof('pw'), name('who-else'), login]),
        signIn('begin', [
          name('who'),
          proof('pw'),
          { stage: redirectStage({ name: 'on', targetFlow: 'gated', keepContext: true }) },
          login,
        ]),
        signIn('gated', [name('who'), banned, proof('pw'), login]),
        signIn('again', [
          name('who'),
          banned,
          proof('pw'),
          { stage: never, invalidResponseAction: 'restart_with_context' },
          login,
        ]),
        signup,
      ],
    });
    await member(app, 'ann');
    await member(app, 'bob');
  });
  after(() => app.close());

  const typed = (uid_field: string) => ({ uid_field });
  const pw = { password };

  async function walked(slug: string, ...fields: readonly Readonly<Record<string, string>>[]) {
    const visitor = new Visitor({ url: app.url, page: `/if/flow/${slug}/` });
    let at = await visitor.open(`/if/flow/${slug}/`);
    for (const one of fields) at = await visitor.follow(await visitor.submit(one));
    return { status: at.status, text: at.text, me: await visitor.me() };
  }

  it('is the one that policies judge, and whose password is asked for', async () => {
    const straight = await walked('gated', typed('bob'));
    assert.deepEqual([straight.status, straight.me], [403, null]);
    for (const [slug, ...before] of [
      ['twice', typed('ann'), pw],
      ['begin', typed('ann'), pw],
      ['again', typed('ann'), pw],
    ] as const) {
      const { status, text, me } = await walked(slug, ...before, typed('bob'));
      assert.deepEqual([status, me, text.includes('name="password"')], [403, null, false], slug);
    }
    assert.equal((await walked('twice', typed('bob'), pw, typed('ann'), pw)).me, 'ann');
  });

  it('is asked for no second factor before it has proved who it is: no code would be right', async () => {
    for (const slug of ['factor-retry', 'factor-resta']) {
      const { status, me, text } = await walked(slug, typed('ann'), pw, typed('bob'));
      assert.deepEqual([status, me, text.includes('name="code"')], [403, null, false], slug);
      assert.match(text, /We couldn’t find your account/, slug);
      assert.equal((await walked(slug, typed('ann'), pw, typed('ann'))).me, 'ann', slug);
    }
  });

  it('needs a proof of its own, unless it is the same name', async () => {
    assert.equal((await walked('unproved', typed('ann'), pw, typed('ann'))).me, 'ann');
    for (const who of ['bob', 'zoe']) {
      const { status, me } = await walked('unproved', typed('ann'), pw, typed(who));
      assert.deepEqual([status, me], [403, null], who);
    }
  });
});
