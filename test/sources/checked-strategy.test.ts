import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { JsonObject } from '../../lib/base/json.js';
import { createCheckedStrategy } from '../../lib/sources/checked-strategy.js';
import { driveStrategy, type StrategyOutcome } from '../../lib/sources/drive-strategy.js';
import { strategyRequest } from '../../lib/sources/strategy-request.js';

const callbackUrl = 'https://club.example/source/acme/callback';
const now = Math.floor(Date.now() / 1000);
const claims: JsonObject = { iss: 'https://id.example', sub: 'ann', aud: 'club', iat: now, exp: now - 30, nonce: 'n' };

async function run(redeem: () => Promise<JsonObject>): Promise<StrategyOutcome> {
  const strategy = await createCheckedStrategy({
    issuer: 'https://id.example',
    metadata: {
      authorizationEndpoint: 'https://id.example/authorize',
      tokenEndpoint: 'https://id.example/token',
      keysUrl: 'https://id.example/keys',
      userInfoEndpoint: null,
      takesBasic: true,
      namesIssuer: false,
      choosesAccount: true,
    },
    clientId: 'club',
    redirectUri: callbackUrl,
    scope: ['openid'],
    responseMode: null,
    state: 's',
    nonce: 'n',
    parameters: {},
    redeem,
  });
  const request = strategyRequest(callbackUrl, new Map([['code', 'c']]), {});
  return driveStrategy({ strategy, request, options: {}, deadlineMs: 1000 });
}

describe('passport-openidconnect behind our checks', () => {
  it('takes what was checked, also within the tolerance for clocks', async () => {
    assert.equal((await run(async () => claims)).type, 'success');
  });

  it('is a second opinion: it refuses what should not have passed', async () => {
    for (const wrong of [
      { iss: 'https://other.example' },
      { aud: 'another club' },
      { azp: 'another club' },
      { nonce: 'm' },
    ])
      assert.equal((await run(async () => ({ ...claims, ...wrong }))).type, 'fail', JSON.stringify(wrong));
    for (const missing of ['iss', 'sub', 'aud', 'iat'])
      assert.equal((await run(async () => ({ ...claims, [missing]: undefined }))).type, 'error', missing);
  });

  it('ends with an error, and not the process, where something is thrown behind its back', async () => {
    const unreadable = {
      ...claims,
      get name(): never {
        throw new RangeError('canary');
      },
    };
    const outcome = await run(() => Promise.resolve(unreadable));
    assert.equal(outcome.type, 'error');
    assert.equal((await run(() => Promise.reject(new Error('refused')))).type, 'error');
  });
});
