import { canonicalEmail, canonicalUsername } from '../base/canonical.js';
import { mergeDeep, textOf, type Json, type JsonObject } from '../base/json.js';
import { jsonTextProblem } from '../base/text-problem.js';
import type { SourceIdentity } from '../ports/source.js';

/** The claims that are stored by default. */
const usual: ReadonlySet<string> = new Set(
  (
    'sub name given_name family_name middle_name nickname preferred_username profile picture website email ' +
    'email_verified gender birthdate zoneinfo locale phone_number phone_number_verified address updated_at hd tid oid ' +
    'groups roles'
  ).split(' '),
);

/** Accepted from the signed token only: they decide who gets access. */
const tokenOnly = ['iss', 'aud', 'azp', 'sub', 'hd', 'tid', 'oid'];
const tokens: ReadonlySet<string> = new Set([
  'access_token',
  'refresh_token',
  'id_token',
  'accessToken',
  'refreshToken',
  'idToken',
]);

/** A subject has at most 255 characters (OpenID Connect Core 1.0, 2). */
export const longestSubject = 255;
const mostOfOne = 1024;
const mostOfAll = 4096;
const longestName = 150;

/**
 * The claims of the token and of UserInfo as one record. The token takes precedence; an address and its verification
 * come from the same one of the two, so that one's `true` never applies to the other's address.
 */
export function joinClaims(token: JsonObject, userInfo: JsonObject): JsonObject {
  const withMail = Object.hasOwn(token, 'email');
  const fromUserInfo = without(userInfo, [...tokenOnly, ...(withMail ? ['email', 'email_verified'] : [])]);
  const fromToken = withMail ? token : without(token, ['email_verified']);
  return mergeDeep({}, { ...fromUserInfo, ...fromToken });
}

/** The claims that may be stored: values that a database stores unchanged, no tokens, and nothing long. */
export function keptClaims(claims: JsonObject): JsonObject {
  const kept: Record<string, Json | undefined> = {};
  let room = mostOfAll;
  for (const [key, value] of Object.entries(mergeDeep({}, claims))) {
    const size = value === undefined ? Infinity : Buffer.byteLength(JSON.stringify([key, value]));
    if (tokens.has(key) || size > mostOfOne || size > room || jsonTextProblem({ [key]: value }) !== null) continue;
    kept[key] = value;
    room -= size;
  }
  return kept;
}

export function usualClaims(claims: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(claims).filter(([key]) => usual.has(key)));
}

/** The displayed parts of an identity, each only if it is usable unchanged. */
export function profileOf(
  claims: JsonObject,
  emailVerified: unknown,
): Pick<SourceIdentity, 'email' | 'emailVerified' | 'username' | 'name'> {
  const email = canonicalEmail(textOf(claims, 'email', 1000) ?? '');
  const username = [
    textOf(claims, 'preferred_username', 600),
    textOf(claims, 'nickname', 600),
    textOf(claims, 'username', 600),
  ]
    .map((name) => (name === null ? null : canonicalUsername(name)))
    .find((name) => name !== null);
  const name = [...(textOf(claims, 'name', 4000) ?? '').replace(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, ' ').trim()]
    .slice(0, longestName)
    .join('');
  return {
    ...(email === null ? {} : { email }),
    emailVerified: email !== null && emailVerified === true,
    ...(username === undefined || username === null ? {} : { username }),
    ...(name === '' ? {} : { name }),
  };
}

function without(record: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !names.includes(key)));
}

const mostEmails = 10;
/** Entries that are checked; a provider's list may be of any length. */
const mostListed = 100;

/** Further valid addresses, without duplicates and without the main address. */
export function otherEmailsOf(said: unknown, main: string | undefined): Pick<SourceIdentity, 'otherEmails'> {
  if (!Array.isArray(said)) return {};
  const others = new Set<string>();
  for (const one of said.slice(0, mostListed) as readonly unknown[]) {
    const address = typeof one === 'string' ? canonicalEmail(one) : null;
    if (address !== null && address !== main && others.size < mostEmails) others.add(address);
  }
  return others.size === 0 ? {} : { otherEmails: [...others] };
}
