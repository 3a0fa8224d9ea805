import assert from 'node:assert/strict';
import type { SecondFactors } from '../../lib/ports/second-factors.js';
import { confirmPassword, recoveryCodesSetup, totpSetup, validateAuthenticator } from '../../lib/stages.js';
import { right, servicesOf } from '../support/stages/sign-in-services.js';

const stages = {
  totpSetup: totpSetup({ name: 'totp' }),
  recoveryCodesSetup: recoveryCodesSetup({ name: 'codes' }),
  validateAuthenticator: validateAuthenticator({ name: 'factor' }),
};
const fields = { code: '123456', set: '' };
const untouched = new Proxy<Partial<SecondFactors>>(
  {},
  { get: (_target, name) => assert.fail(`${String(name)} was called`) },
) as SecondFactors;

describe('the user of stages about authenticators', () => {
  for (const [name, stage] of Object.entries(stages)) {
    it(`${name} refuses while another user is signed in, and shows nothing`, async () => {
      const { at } = servicesOf(right, { pending_user: 'ann' });
      const other = {
        ...at,
        facts: { ...at.facts, user: 'bob' },
        services: { ...at.services, secondFactors: untouched },
      };
      const parsed = await stage.read(fields, other);
      assert.ok(parsed.ok);
      assert.equal((await stage.respond(parsed.value, other)).type, 'denied');
      assert.equal(await stage.satisfied(other), false);
      assert.doesNotMatch(JSON.stringify(await stage.challenge(other)), /otpauth|[0-9A-Z]{5}-/);
    });
  }

  it('confirmPassword refuses an account that is not the signed-in one', async () => {
    const { at } = servicesOf({ type: 'right', userId: 'bob' });
    const profiles = {
      find: async () => ({ id: 'ann', username: 'ann', email: null, name: null, active: true }),
      findByTyped: async () => null,
      passwordHashes: async () => [],
    };
    const stage = confirmPassword({ name: 'password' });
    const signedIn = { ...at, facts: { ...at.facts, user: 'ann' }, services: { ...at.services, profiles } };
    const parsed = await stage.read({ password: 'something' }, signedIn);
    assert.ok(parsed.ok);
    assert.equal((await stage.respond(parsed.value, signedIn)).type, 'denied');
    assert.equal((await stage.respond(parsed.value, at)).type, 'denied');
  });
});
