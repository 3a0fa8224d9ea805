import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { authorizationUrl, tokensOfCallback } from '../../../lib/sources/openid-connect/strategy.js';
import { SourceProblem } from '../../../lib/sources/problem.js';

const settings = {
  issuer: 'https://id.example',
  metadata: {
    authorizationEndpoint: 'https://id.example/authorize?tenant=a',
    tokenEndpoint: 'https://id.example/token',
    keysUrl: 'https://id.example/keys',
    userInfoEndpoint: null,
    takesBasic: true,
    namesIssuer: false,
    choosesAccount: true,
  },
  clientId: 'club',
  redirectUri: 'https://club.example/source/acme/callback',
  scope: ['openid', 'email'],
  responseMode: null,
  timeoutMs: 500,
};
const tokens = { idToken: 'not looked at', accessToken: 'a' };

describe('passport-openidconnect behind our state', () => {
  it('makes the authorization request with our state, nonce and PKCE', async () => {
    const { searchParams } = new URL(await authorizationUrl(settings, 's', { nonce: 'n', code_challenge: 'c' }));
    assert.deepEqual(Object.fromEntries(searchParams), {
      tenant: 'a',
      nonce: 'n',
      code_challenge: 'c',
      response_type: 'code',
      client_id: 'club',
      redirect_uri: settings.redirectUri,
      scope: 'openid email',
      state: 's',
    });
  });

  it('hands over the tokens as they came, for jose to verify', async () => {
    const codes: string[] = [];
    const exchange = async (code: string) => (codes.push(code), tokens);
    assert.deepEqual(await tokensOfCallback(settings, 'the code', exchange), tokens);
    assert.deepEqual(codes, ['the code']);
  });

  it('ends with the reason of a failed exchange, and with one of its own for anything else', async () => {
    const fails = (error: Error) => tokensOfCallback(settings, 'c', () => Promise.reject(error));
    const isFor = (reason: string) => (error: unknown) => error instanceof SourceProblem && error.reason === reason;
    await assert.rejects(fails(new SourceProblem('token.refused')), isFor('token.refused'));
    await assert.rejects(fails(new RangeError('canary')), isFor('source.unexpected'));
  });
});
