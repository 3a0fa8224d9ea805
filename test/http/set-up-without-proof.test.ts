import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import type { Stage } from '../../lib/flow/stage.js';
import { defineFlow, definePolicy, signInFlow } from '../../lib/index.js';
import { confirmPassword, recoveryCodesSetup, totpSetup } from '../../lib/stages.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const skipped = definePolicy({ name: 'not-here', check: () => false });

describe('a set-up whose page for the password is skipped', () => {
  let testApp: TestApp;

  afterEach(() => testApp.close());

  async function visitorOf(stage: Stage): Promise<Visitor> {
    const setUp = defineFlow({
      slug: 'set-up',
      title: 'Set up',
      designation: 'stage_configuration',
      authentication: 'require_authenticated',
      stages: [{ stage: confirmPassword({ name: 'confirm' }), policies: [skipped] }, stage],
    });
    testApp = await openTestApp({
      authenticators: memoryAuthenticators(),
      executorApi: true,
      flows: [signInFlow({ slug: 'sign-in', target: '/inside' }), signup, setUp],
    });
    await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    await signIn(visitor, 'ann');
    return visitor;
  }

  for (const stage of [totpSetup({ name: 'totp' }), recoveryCodesSetup({ name: 'codes' })])
    it(`is refused once the sign-in is no longer recent, and never leads to itself: ${stage.name}`, async () => {
      const visitor = await visitorOf(stage);
      assert.equal((await visitor.open('/if/flow/set-up/')).status, 200);
      testApp.clock.advance(11 * 60_000);
      const late = await visitor.follow(await visitor.submit({ code: '123456', set: '' }));
      assert.equal(late.status, 403);
      assert.match(late.text, /been a while since you signed in/);
      const opened = await visitor.get('/if/flow/set-up/');
      assert.equal(opened.status, 403);
      const { status, text } = await visitor.client.get('/api/v3/flows/executor/set-up/?query=');
      assert.deepEqual([status, JSON.parse(text).component], [200, 'ak-stage-access-denied']);
      await visitor.client.post('/sign-out', {});
      await signIn(visitor, 'ann');
      assert.equal((await visitor.get('/if/flow/set-up/')).status, 200);
    });
});
