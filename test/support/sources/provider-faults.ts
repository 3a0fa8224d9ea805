import { createHmac } from 'node:crypto';
import { exportSPKI, importJWK, type JWK, type KeyLike } from 'jose';
import type { SourceReason } from '../../../lib/sources/reasons.js';
import type { Claims, HostileProvider, Mischief } from '../hostile-provider.js';

export interface Switch extends Mischief {
  /** `null`: the person is recognized anyway. */
  readonly reason: SourceReason | null;
}

const now = (): number => Math.floor(Date.now() / 1000);
const without = (claims: Claims, name: string): Claims =>
  Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
const withoutKid = ({ kid: _, ...rest }: JWK): JWK => rest;
const hs256 = (claims: Claims, secret: string, kid: string): string => {
  const signed = `${encode({ alg: 'HS256', kid })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
};
const broken = (token: string): string => {
  const [header = '', payload = '', signature = ''] = token.split('.');
  return `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
};
const publicText = async ({ key }: HostileProvider): Promise<string> =>
  exportSPKI((await importJWK(key.jwk, key.alg)) as KeyLike);

/** Named after the modules of the OpenID Foundation's suite for relying parties. */
export const conformance: Readonly<Record<string, Switch>> = {
  'oidcc-client-test': { reason: null },
  'invalid-iss': { claims: (claims) => ({ ...claims, iss: 'https://other.example' }), reason: 'id_token.issuer' },
  'missing-sub': { claims: (claims) => without(claims, 'sub'), reason: 'id_token.subject' },
  'invalid-aud': { claims: (claims) => ({ ...claims, aud: 'another club' }), reason: 'id_token.audience' },
  'missing-aud': { claims: (claims) => without(claims, 'aud'), reason: 'id_token.audience' },
  'missing-iat': { claims: (claims) => without(claims, 'iat'), reason: 'id_token.issued_at' },
  'kid-absent-single-jwks': {
    token: (claims, { sign, key }) => sign(claims, key, { kid: undefined }),
    keys: ({ key }) => [withoutKid(key.jwk)],
    reason: null,
  },
  'kid-absent-multiple-jwks': {
    token: (claims, { sign, key }) => sign(claims, key, { kid: undefined }),
    keys: ({ key, otherKey }) => [key.jwk, otherKey.jwk],
    reason: 'id_token.key',
  },
  'idtoken-sig-none': {
    token: (claims) => `${encode({ alg: 'none' })}.${encode(claims)}.`,
    reason: 'id_token.algorithm',
  },
  'idtoken-sig-rs256': { token: (claims, { sign, key }) => sign(claims, key), reason: null },
  'idtoken-sig-es256': { token: (claims, { sign, ellipticKey }) => sign(claims, ellipticKey), reason: null },
  'invalid-sig-rs256': {
    token: async (claims, { sign, key }) => broken(await sign(claims, key)),
    reason: 'id_token.signature',
  },
  'invalid-sig-es256': {
    token: async (claims, { sign, ellipticKey }) => broken(await sign(claims, ellipticKey)),
    reason: 'id_token.signature',
  },
  'nonce-invalid': { claims: (claims) => ({ ...claims, nonce: 'another' }), reason: 'id_token.nonce' },
  'userinfo-invalid-sub': { userInfo: (claims) => ({ ...claims, sub: 'mallory' }), reason: 'user_info.subject' },
  'discovery-openid-config': { reason: null },
  'discovery-issuer-mismatch': {
    discovery: (description) => ({ ...description, issuer: 'https://other.example' }),
    reason: 'discovery.issuer',
  },
};

/** Further errors, and cases that look wrong but are valid. */
export const further: Readonly<Record<string, Switch>> = {
  'missing-iss': { claims: (claims) => without(claims, 'iss'), reason: 'id_token.issuer' },
  'iss-with-slash': {
    claims: (claims) => ({ ...claims, iss: `${String(claims['iss'])}/` }),
    reason: 'id_token.issuer',
  },
  'sub-number': { claims: (claims) => ({ ...claims, sub: 42 }), reason: 'id_token.subject' },
  'sub-empty': { claims: (claims) => ({ ...claims, sub: '' }), reason: 'id_token.subject' },
  'sub-too-long': { claims: (claims) => ({ ...claims, sub: 'x'.repeat(256) }), reason: 'id_token.subject' },
  'aud-array-without-azp': {
    claims: (claims, { clientId }) => ({ ...claims, aud: [clientId, 'another club'] }),
    reason: 'id_token.party',
  },
  'aud-array-with-azp': {
    claims: (claims, { clientId }) => ({ ...claims, aud: [clientId, 'another club'], azp: clientId }),
    reason: null,
  },
  'aud-array-of-one': { claims: (claims, { clientId }) => ({ ...claims, aud: [clientId] }), reason: null },
  'invalid-azp': { claims: (claims) => ({ ...claims, azp: 'another club' }), reason: 'id_token.party' },
  'missing-exp': { claims: (claims) => without(claims, 'exp'), reason: 'id_token.expired' },
  expired: { claims: (claims) => ({ ...claims, exp: now() - 90 }), reason: 'id_token.expired' },
  'expired-within-tolerance': { claims: (claims) => ({ ...claims, exp: now() - 30 }), reason: null },
  'iat-in-the-future': { claims: (claims) => ({ ...claims, iat: now() + 600 }), reason: 'id_token.issued_at' },
  'iat-within-tolerance': { claims: (claims) => ({ ...claims, iat: now() + 30 }), reason: null },
  'nbf-in-the-future': { claims: (claims) => ({ ...claims, nbf: now() + 600 }), reason: 'id_token.issued_at' },
  'nonce-missing': { claims: (claims) => without(claims, 'nonce'), reason: 'id_token.nonce' },
  'idtoken-sig-hs256-public-key': {
    token: async (claims, provider) => hs256(claims, await publicText(provider), provider.key.kid),
    reason: 'id_token.algorithm',
  },
  'idtoken-sig-hs256-client-secret': {
    token: (claims, { clientSecret, key }) => hs256(claims, clientSecret, key.kid),
    reason: 'id_token.algorithm',
  },
  'kid-unknown': { token: (claims, { sign, key }) => sign(claims, key, { kid: 'made-up' }), reason: 'id_token.key' },
  'key-of-another': {
    token: (claims, { sign, otherKey, key }) => sign(claims, otherKey, { kid: key.kid }),
    reason: 'id_token.signature',
  },
  'critical-header': {
    token: (claims, { sign, key }) =>
      sign(claims, key).then(
        (token) =>
          `${encode({ alg: 'RS256', kid: key.kid, crit: ['b64'], b64: true })}.${token.split('.').slice(1).join('.')}`,
      ),
    reason: 'id_token.signature',
  },
  'at-hash': { claims: (claims) => ({ ...claims, at_hash: 'YiHPD2T9DaX5B837XJXtow' }), reason: null },
  'at-hash-es256': {
    token: (claims, { sign, ellipticKey }) => sign({ ...claims, at_hash: 'YiHPD2T9DaX5B837XJXtow' }, ellipticKey),
    reason: null,
  },
  'at-hash-wrong': {
    claims: (claims) => ({ ...claims, at_hash: '77QmUPtjPfzWtF2AnpK9RQ' }),
    reason: 'id_token.at_hash',
  },
  'at-hash-of-another-algorithm': {
    claims: (claims) => ({ ...claims, at_hash: 'p3iANihy1MamculNPUrQ8HsBkouO-q2I' }),
    reason: 'id_token.at_hash',
  },
  'at-hash-empty': { claims: (claims) => ({ ...claims, at_hash: '' }), reason: 'id_token.at_hash' },
  'at-hash-null': { claims: (claims) => ({ ...claims, at_hash: null }), reason: 'id_token.at_hash' },
  'access-token-exchanged': {
    token: (claims, provider) => provider.sign({ ...claims, at_hash: 'YiHPD2T9DaX5B837XJXtow' }),
    accessToken: 'of-somebody-else',
    reason: 'id_token.at_hash',
  },
  'id-token-missing': { token: () => undefined, reason: 'id_token.missing' },
  'id-token-number': { token: () => 42, reason: 'id_token.missing' },
  'id-token-no-token': { token: () => 'a.b.c', reason: 'id_token.malformed' },
  'id-token-no-dots': { token: () => 'token', reason: 'id_token.malformed' },
  'response-iss-wrong': { callback: (query) => query.set('iss', 'https://other.example'), reason: 'callback.issuer' },
  'response-iss-missing': { callback: (query) => query.delete('iss'), reason: 'callback.issuer_missing' },
  'response-without-code': { callback: (query) => query.delete('code'), reason: 'callback.code_missing' },
  'error-beside-code': { callback: (query) => query.set('error', 'login_required'), reason: 'provider.error' },
  'error-of-the-server': { callback: (query) => query.set('error', 'server_error'), reason: 'provider.away' },
  'code-twice': { callback: (query) => query.append('code', 'another'), reason: 'callback.malformed' },
  'discovery-without-keys': {
    discovery: (description) => without(description, 'jwks_uri'),
    reason: 'discovery.malformed',
  },
  'discovery-to-http': {
    discovery: (description) => ({ ...description, token_endpoint: 'http://other.example/token' }),
    reason: 'provider.insecure',
  },
  'keys-not-a-list': { answers: { keys: (res) => res.end('{"keys":{}}') }, reason: 'keys.malformed' },
  'keys-empty': { keys: () => [], reason: 'id_token.key' },
  'token-of-another-type': {
    answers: { token: (res) => res.end('{"access_token":"a","token_type":"DPoP","id_token":"a.b.c"}') },
    reason: 'token.malformed',
  },
  'access-token-with-line-break': {
    answers: { token: (res) => res.end('{"access_token":"a\\r\\nx: y","token_type":"Bearer","id_token":"a.b.c"}') },
    reason: 'token.malformed',
  },
  'userinfo-missing-sub': { userInfo: (claims) => without(claims, 'sub'), reason: 'user_info.subject' },
  'userinfo-refused': { answers: { userinfo: (res) => res.writeHead(401).end() }, reason: 'user_info.refused' },
};
