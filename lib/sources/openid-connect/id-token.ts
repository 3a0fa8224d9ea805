import { createHash } from 'node:crypto';
import type * as Jose from 'jose';
import { mergeDeep, parseJson, textOf, type JsonObject } from '../../base/json.js';
import { identifierProblem } from '../../base/text-problem.js';
import { longestSubject } from '../claims.js';
import type { Issuer } from '../issuer.js';
import { shown, SourceProblem } from '../problem.js';
import type { SourceReason } from '../reasons.js';
import type { KeySet } from './key-set.js';

/** Asymmetric signatures only: a shared secret, or no signature, proves nothing for a provider with public keys. */
export const idTokenAlgorithms = Object.freeze([
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const);

export type IdTokenAlgorithm = (typeof idTokenAlgorithms)[number];

/** The tolerated clock skew between the provider and this server. */
const toleranceSeconds = 60;

interface IdTokenRules {
  readonly issuer: Issuer;
  readonly clientId: string;
  readonly algorithms: readonly string[];
  readonly nonce: string;
  readonly keys: KeySet;
  readonly keysUrl: string;
  /** The access token that came with it; a token with another token's hash is refused. */
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A verified token. */
export interface IdToken {
  readonly issuer: string;
  readonly subject: string;
  /** All of its claims. */
  readonly claims: JsonObject;
}

/** Verifies a token and all its claims (OpenID Connect Core 1.0, 3.1.3.7). @throws SourceProblem */
export async function verifyIdToken(token: string, rules: IdTokenRules): Promise<IdToken> {
  const { jwtVerify } = await import('jose');
  const { algorithms, clientId, now, keys, keysUrl } = rules;
  const settings: Jose.JWTVerifyOptions = {
    algorithms: [...algorithms],
    audience: clientId,
    clockTolerance: toleranceSeconds,
    currentDate: new Date(now),
    requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat'],
  };
  try {
    const check = async (set: Parameters<Parameters<KeySet['use']>[1]>[0]): Promise<Jose.JWTVerifyResult> =>
      jwtVerify(token, set, settings);
    const { payload, protectedHeader } = await keys.use(keysUrl, check, (error) => misfits.has(codeOf(error)));
    // Through text: jose's result may contain names that reach a prototype.
    const claims = mergeDeep({}, parseJson(JSON.stringify(payload)) ?? {});
    return checked(claims, protectedHeader.alg, rules);
  } catch (error) {
    throw error instanceof SourceProblem ? error : new SourceProblem(reasonOf(error), codeOf(error));
  }
}

function checked(claims: JsonObject, algorithm: string, rules: IdTokenRules): IdToken {
  const { issuer, clientId, nonce, accessToken, now } = rules;
  const { iat, iss, aud, azp, tid, at_hash: hash } = claims;
  const subject = textOf(claims, 'sub', longestSubject);
  if (typeof iat !== 'number' || iat > now / 1000 + toleranceSeconds) throw new SourceProblem('id_token.issued_at');
  if (subject === null) throw new SourceProblem('id_token.subject');
  const problem = identifierProblem(subject);
  if (problem !== null) throw new SourceProblem('id_token.subject', `it ${problem}`);
  if (Array.isArray(aud) && aud.length > 1 && azp === undefined) throw new SourceProblem('id_token.party', 'missing');
  if (azp !== undefined && azp !== clientId) throw new SourceProblem('id_token.party');
  if (claims['nonce'] !== nonce) throw new SourceProblem('id_token.nonce');
  if (hash !== undefined && !isHashOf(accessToken, algorithm, hash)) throw new SourceProblem('id_token.at_hash');
  if (!issuer.acceptsTenant(tid)) throw new SourceProblem('identity.tenant', shown(tid));
  if (typeof iss !== 'string' || !issuer.accepts(iss, tid)) throw new SourceProblem('id_token.issuer', shown(iss));
  return { issuer: iss, subject, claims };
}

/** Errors that newly fetched keys may resolve. */
const misfits: ReadonlySet<string> = new Set(['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED']);

const byCode: ReadonlyMap<string, SourceReason> = new Map([
  ['ERR_JWKS_NO_MATCHING_KEY', 'id_token.key'],
  ['ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'id_token.key'],
  ['ERR_JWKS_INVALID', 'keys.malformed'],
  ['ERR_JWS_SIGNATURE_VERIFICATION_FAILED', 'id_token.signature'],
  ['ERR_JOSE_ALG_NOT_ALLOWED', 'id_token.algorithm'],
  ['ERR_JOSE_NOT_SUPPORTED', 'id_token.key'],
  ['ERR_JWT_EXPIRED', 'id_token.expired'],
]);

const byClaim: ReadonlyMap<unknown, SourceReason> = new Map([
  ['iss', 'id_token.issuer'],
  ['aud', 'id_token.audience'],
  ['sub', 'id_token.subject'],
  ['exp', 'id_token.expired'],
  ['iat', 'id_token.issued_at'],
  ['nbf', 'id_token.issued_at'],
]);

function reasonOf(error: unknown): SourceReason {
  const claim = typeof error === 'object' && error !== null && 'claim' in error ? byClaim.get(error.claim) : undefined;
  return claim ?? byCode.get(codeOf(error)) ?? 'id_token.malformed';
}

/** jose's errors are identified by their code, never by their class. */
function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown';
}

/**
 * True when `hash` is the `at_hash` of this access token (OpenID Connect Core 1.0, 3.1.3.6): the left half of the hash
 * that the ID token's algorithm uses, in base64url.
 */
export function isHashOf(accessToken: string, algorithm: string, hash: unknown): boolean {
  const name = algorithm === 'EdDSA' ? 'sha512' : `sha${algorithm.slice(-3)}`;
  const whole = createHash(name).update(accessToken, 'ascii').digest();
  return hash === whole.subarray(0, whole.length / 2).toString('base64url');
}
