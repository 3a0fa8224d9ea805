import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { defineFlow, definePolicy, signInFlow } from '../../lib/index.js';
import { confirmPassword, redirectStage, totpSetup } from '../../lib/stages.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const atFirst = definePolicy({
  name: 'at-first',
  check: ({ facts }) => facts.now - (facts.authenticatedAt ?? 0) < 60_000,
});

describe('a set-up that another flow hands its user over to', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  /** A visitor whose page of the set-up has been open for eleven minutes. */
  async function late(policies: readonly (typeof atFirst)[] = []): Promise<Visitor> {
    testApp = await openTestApp({
      authenticators: memoryAuthenticators(),
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        signup,
        defineFlow({
          slug: 'begin',
          title: 'Begin',
          designation: 'stage_configuration',
          authentication: 'require_authenticated',
          stages: [
            { stage: confirmPassword({ name: 'confirm' }), policies },
            redirectStage({ name: 'on', targetFlow: 'set-up' }),
          ],
        }),
        defineFlow({
          slug: 'set-up',
          title: 'Set up',
          designation: 'stage_configuration',
          authentication: 'require_redirect',
          providedContext: ['pending_user'],
          stages: [totpSetup({ name: 'totp' })],
        }),
      ],
    });
    await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    await signIn(visitor, 'ann');
    await visitor.open('/if/flow/begin/?next=/inside');
    await visitor.follow(await visitor.submit({ password }));
    assert.match(visitor.step, /^totp/);
    testApp.clock.advance(11 * 60_000);
    return visitor;
  }

  it('starts over where the visitor began once the proof is old, and ends where they wanted to go', async () => {
    const visitor = await late();
    const shown = await visitor.follow(await visitor.submit({ code: '123456' }));
    assert.match(visitor.step, /^confirm/, shown.text);
    assert.match(shown.text, /Your session expired\. Please start again\./);
    await visitor.follow(await visitor.submit({ password }));
    assert.match(visitor.step, /^totp/);
    const secret = /secret=([A-Z2-7]+)/.exec(visitor.page.text)?.[1] ?? '';
    const code = generateSync({ secret, epoch: Math.floor(testApp.clock.now() / 1000) });
    assert.equal((await visitor.submit({ code })).location, '/inside');
  });

  it('is refused where nothing asks for the proof by then', async () => {
    const visitor = await late([atFirst]);
    const refused = await visitor.follow(await visitor.submit({ code: '123456' }));
    assert.equal(refused.status, 403);
    assert.match(refused.text, /been a while since you signed in/);
  });
});
