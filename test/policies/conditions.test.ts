import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Context } from '../../lib/flow/context.js';
import type { Policy } from '../../lib/flow/policy.js';
import { ifMissing } from '../../lib/policies/if-missing.js';
import { ifUnproved } from '../../lib/policies/if-unproved.js';
import { ifUsernameMissing } from '../../lib/policies/if-username-missing.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { openScene } from '../support/executor/scene.js';
import { question } from '../support/prompts/question.js';

const scene = openScene();
const passes = async (policy: Policy, context: Context): Promise<boolean> =>
  (await policy.check({ ...question(context, scene), answers: {} })).pass;

describe('ifMissing', () => {
  it('is named after its field', () => {
    assert.deepEqual(
      [ifMissing('email').name, ifMissing('attributes.team').name],
      ['if-email-missing', 'if-attributes.team-missing'],
    );
  });

  it('passes without a value', async () => {
    for (const prompt_data of [{}, { email: null }, { email: '' }, { name: 'Ann' }])
      assert.equal(await passes(ifMissing('email'), { prompt_data }), true, JSON.stringify(prompt_data));
    assert.equal(await passes(ifMissing('email'), {}), true);
    assert.equal(await passes(ifMissing('attributes.team'), { prompt_data: { attributes: {} } }), true);
    assert.equal(await passes(ifMissing('toString'), { prompt_data: {} }), true);
  });

  it('fails if there is a value', async () => {
    assert.equal(await passes(ifMissing('email'), { prompt_data: { email: 'ann@example.com' } }), false);
    assert.equal(await passes(ifMissing('terms'), { prompt_data: { terms: false } }), false);
    assert.equal(await passes(ifMissing('attributes.team'), { prompt_data: { attributes: { team: 'red' } } }), false);
  });
});

describe('ifUsernameMissing', () => {
  it('passes without a name, or with one that another user has', async () => {
    await scene.people.users.create(sampleAccount({ username: 'taken' }), sampleRedemption());
    assert.equal(await passes(ifUsernameMissing(), {}), true);
    assert.equal(await passes(ifUsernameMissing(), { prompt_data: { username: 'taken' } }), true);
    assert.equal(await passes(ifUsernameMissing(), { prompt_data: { username: 'free' } }), false);
  });
});

describe('ifUnproved', () => {
  it('passes until the visitor’s account is verified', async () => {
    assert.equal(ifUnproved().name, 'if-unproved');
    assert.equal(await passes(ifUnproved(), {}), true);
    assert.equal(await passes(ifUnproved(), { pending_user_identifier: 'ann' }), true, 'said, not proved');
    assert.equal(await passes(ifUnproved(), { pending_user: 'u1' }), false);
  });
});
