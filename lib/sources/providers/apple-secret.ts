import { createPrivateKey, type KeyObject } from 'node:crypto';
import { isSecret, Secret } from '../../base/secret.js';
import type { ClientSecret } from '../client-secret.js';

interface AppleClient {
  readonly issuer: string;
  readonly teamId: string;
  readonly keyId: string;
  readonly clientId: string;
  readonly privateKey: string | Secret;
}

/** Apple allows six months; it is used at once. */
const validSeconds = 300;

/** The client secret of Apple: a token that the app signs with the key of its team. */
export function createAppleSecret({ issuer, teamId, keyId, clientId, privateKey }: AppleClient): ClientSecret {
  const pem = isSecret(privateKey) ? privateKey : new Secret(privateKey);
  return async (at) => {
    const { SignJWT } = await import('jose');
    const seconds = Math.floor(at / 1000);
    const token = await new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: keyId })
      .setIssuer(teamId)
      .setSubject(clientId)
      .setAudience(issuer)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + validSeconds)
      .sign(createPrivateKey(pem.reveal()));
    return new Secret(token);
  };
}

export function isAppleKey(pem: unknown): boolean {
  const key = typeof pem === 'string' ? keyIn(pem) : null;
  return key?.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
}

function keyIn(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}
