import { parseJson, type JsonObject } from '../base/json.js';
import type { Authenticator } from '../ports/authenticators.js';
import { passkeyIn } from './passkey-record.js';
import type { PasskeyTransport } from './passkey-answer.js';

/** How long a browser's dialog stays open, in milliseconds. */
export const dialogTimeout = 300_000;

interface CredentialDescriptor {
  readonly id: string;
  readonly transports: PasskeyTransport[];
}

/** How a browser recognizes the passkeys of these rows. */
export function descriptorsOf(own: readonly Authenticator[]): CredentialDescriptor[] {
  return own.flatMap((one) => {
    const passkey = passkeyIn(one);
    return passkey === null ? [] : [{ id: passkey.credentialId, transports: [...passkey.transports] }];
  });
}

/** The options as a page has them: without what is undefined. */
export function optionsJson(options: object): JsonObject {
  return parseJson(JSON.stringify(options)) ?? {};
}
