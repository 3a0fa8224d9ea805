import { digest128 } from '../base/ids.js';
import type { JsonObject } from '../base/json.js';
import type { Authenticator, Authenticators } from '../ports/authenticators.js';
import { transportsIn, type PasskeyTransport } from './passkey-answer.js';

/** What is stored of a passkey: its public key, never a secret. */
interface PasskeyRecord {
  /** As base64url. */
  readonly credentialId: string;
  /** In the format of COSE, as base64url. */
  readonly publicKey: string;
  /** How often the authenticator says that it signed; many always say 0. */
  readonly counter: number;
  readonly transports: readonly PasskeyTransport[];
  /** What the authenticator knows the user as, as base64url. It says nothing about them. */
  readonly handle: string;
}

/** What is known of a new passkey: whether it verified its user, and whether it can be used without a name. */
interface NewPasskeyFacts {
  readonly userVerified: boolean;
  /** `credProps.rk` (WebAuthn, 10.1.3); `null`: the browser does not tell. */
  readonly discoverable: boolean | null;
}

const soleFactor = 'sole_factor';

/** A passkey that was used without a name has shown that it can. */
export const usedWithoutName: JsonObject = Object.freeze({ [soleFactor]: true });

/** What a new row says about signing in by the passkey alone. */
export function soleFactorOf({ userVerified, discoverable }: NewPasskeyFacts): JsonObject {
  return { [soleFactor]: userVerified && discoverable !== false };
}

/** True for a passkey that signs in without a name and a password: a security key that verifies no one does not. */
export function isSoleFactor({ type, data }: Pick<Authenticator, 'type' | 'data'>): boolean {
  return type === 'webauthn' && data[soleFactor] === true;
}

/** The id of a passkey's authenticator: a credential belongs to one user at most. */
export function passkeyId(credentialId: string): string {
  return digest128(JSON.stringify(['webauthn', credentialId]));
}

export function passkeyData(
  { credentialId, publicKey, counter, transports, handle }: PasskeyRecord,
  more: JsonObject,
): JsonObject {
  return { ...more, credential_id: credentialId, public_key: publicKey, counter, transports, handle };
}

/** The passkey of a row; `null` where the row is none. */
export function passkeyIn({ id, type, data }: Authenticator): PasskeyRecord | null {
  const { credential_id: credentialId, public_key: publicKey, counter, handle } = data;
  if (type !== 'webauthn' || typeof credentialId !== 'string' || typeof publicKey !== 'string') return null;
  if (typeof counter !== 'number' || typeof handle !== 'string' || id !== passkeyId(credentialId)) return null;
  return { credentialId, publicKey, counter, handle, transports: transportsIn(data['transports']) };
}

/** The rows of a user's passkeys. */
export async function passkeysIn(
  authenticators: Pick<Authenticators, 'list'>,
  userId: string,
): Promise<readonly Authenticator[]> {
  return (await authenticators.list(userId)).filter(({ type }) => type === 'webauthn');
}
