import { parseJson, textOf, type JsonObject } from '../../base/json.js';
import { isSecret, type Secret } from '../../base/secret.js';
import type { ProviderDefinition } from '../../ports/source.js';
import type { CallbackParameters } from '../callback-parameters.js';
import { usualClaims } from '../claims.js';
import { isText, issue } from '../setting-checks.js';
import { createAppleSecret, isAppleKey } from './apple-secret.js';
import { baseUrlIssues, baseUrlOf } from './naming.js';
import { createOpenIdProvider, type OpenIdProviderSettings } from './openid-provider.js';

/** `clientId` is the Services ID. The client secret is made from the key for every sign-in. */
interface AppleSettings extends Omit<OpenIdProviderSettings, 'clientSecret' | 'userInfo'> {
  readonly teamId: string;
  readonly keyId: string;
  /** The text of the `.p8` file. */
  readonly privateKey: string | Secret;
  /** A stand-in for tests; default `https://appleid.apple.com`. */
  readonly baseUrl?: string | undefined;
}

/**
 * Sign-in with Apple, which posts its answer. The subject is `sub`, the same in all apps of a team. The name comes with
 * the first consent only. An address may be a relay (`is_private_email` in the claims); it counts as verified if
 * `email_verified` is `true` or the text `'true'`, as Apple sends it.
 * @throws ERR_ENROLLMENT_CONFIG with all mistakes in `issues`
 */
export function appleSource(settings: AppleSettings): ProviderDefinition {
  return createOpenIdProvider(settings, {
    factory: 'appleSource',
    slug: 'apple',
    name: 'Apple',
    names: { teamId: true, keyId: true, privateKey: true, baseUrl: true },
    without: ['clientSecret', 'userInfo'],
    issues: ({ teamId, keyId, privateKey, baseUrl }) => [
      ...issue(isText(teamId), '"teamId" must be a text'),
      ...issue(isText(keyId), '"keyId" must be a text'),
      ...issue(
        isAppleKey(isSecret(privateKey) ? privateKey.reveal() : privateKey),
        '"privateKey" must be the text of a .p8 file: a P-256 key in PEM',
      ),
      ...baseUrlIssues(baseUrl),
    ],
    complete({ teamId, keyId, privateKey, baseUrl, ...others }) {
      const issuer = baseUrlOf(baseUrl, 'https://appleid.apple.com');
      return {
        ...others,
        scope: others.scope ?? ['openid', 'name', 'email'],
        emailVerified: others.emailVerified ?? isVerified,
        claims: others.claims ?? claimsOf,
        clientSecret: createAppleSecret({ issuer, teamId, keyId, clientId: others.clientId, privateKey }),
        issuer,
        responseMode: 'form_post',
        clientAuthentication: 'post',
      };
    },
    traits: () => ({ unsignedClaims: nameOf }),
  });
}

function claimsOf(claims: JsonObject): JsonObject {
  return { ...usualClaims(claims), is_private_email: claims['is_private_email'] };
}

function isVerified({ email_verified: verified }: JsonObject): boolean {
  return verified === true || verified === 'true';
}

/** The browser posts it beside the signed token, so nothing but the name is read. */
function nameOf(parameters: CallbackParameters): JsonObject {
  const { name } = parseJson(parameters.get('user') ?? '') ?? {};
  const parts = parseJson(JSON.stringify(name ?? {})) ?? {};
  const whole = [textOf(parts, 'firstName', 300), textOf(parts, 'lastName', 300)].filter((part) => part !== null);
  return whole.length === 0 ? {} : { name: whole.join(' ') };
}
