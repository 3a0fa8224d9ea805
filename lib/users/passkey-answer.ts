import { isJsonObject, parseJson, type Json, type JsonObject } from '../base/json.js';

/** What a browser answers (`RegistrationResponseJSON`, `AuthenticationResponseJSON`), as far as it is used. */
export interface PasskeyAnswer {
  /** The id of the credential, as base64url. */
  readonly id: string;
  /** Whose passkey it is, in the words of the authenticator; `null`: it does not say. */
  readonly userHandle: string | null;
  /** The challenge that it claims to answer. */
  readonly challenge: string;
  /** For a new passkey: whether it can be used without a name, as far as the browser tells; else `null`. */
  readonly discoverable: boolean | null;
  /** For a new passkey: how the authenticator is reached. */
  readonly transports: readonly PasskeyTransport[];
  /** The texts of `response`. */
  readonly texts: Readonly<Record<(typeof parts)[number], string>>;
}

const transports = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;
export type PasskeyTransport = (typeof transports)[number];

const parts = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature'] as const;

/** A new passkey with the certificates of its maker has a few kilobytes. */
const longest = 20_000;
/** WebAuthn, 4: a credential's id has at most 1,023 bytes. */
const longestId = 1364;

/** Reads an answer; `null` for anything else. Nothing in it is proved yet. */
export function readPasskeyAnswer(text: string): PasskeyAnswer | null {
  const answer = text.length > longest ? null : parseJson(text);
  const response = answer?.['response'];
  if (answer === null || !isJsonObject(response)) return null;
  const id = base64url(answer['id']);
  const clientData = base64url(response['clientDataJSON']);
  if (id === null || clientData === null || id.length > longestId) return null;
  const challenge = parseJson(Buffer.from(clientData, 'base64url').toString('utf8'))?.['challenge'];
  if (typeof challenge !== 'string') return null;
  return {
    id,
    userHandle: base64url(response['userHandle']),
    challenge,
    discoverable: discoverableIn(answer['clientExtensionResults']),
    transports: transportsIn(response['transports']),
    texts: textsOf(response),
  };
}

function discoverableIn(results: Json | undefined): boolean | null {
  const properties = isJsonObject(results) ? results['credProps'] : null;
  const rk = isJsonObject(properties) ? properties['rk'] : null;
  return typeof rk === 'boolean' ? rk : null;
}

function textsOf(response: JsonObject): PasskeyAnswer['texts'] {
  const [clientDataJSON, attestationObject, authenticatorData, signature] = parts.map(
    (name) => base64url(response[name]) ?? '',
  );
  return {
    clientDataJSON: clientDataJSON ?? '',
    attestationObject: attestationObject ?? '',
    authenticatorData: authenticatorData ?? '',
    signature: signature ?? '',
  };
}

function base64url(value: Json | undefined): string | null {
  return typeof value === 'string' && /^[A-Za-z0-9_-]+$/.test(value) ? value : null;
}

/** Browsers may know others; they are left out. */
export function transportsIn(value: Json | undefined): readonly PasskeyTransport[] {
  const given: readonly unknown[] = Array.isArray(value) ? value : [];
  return transports.filter((one) => given.includes(one));
}

/** An answer's credential, as `@simplewebauthn/server` takes it. */
export function credentialOf({ id }: PasskeyAnswer): {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly clientExtensionResults: Readonly<Record<string, never>>;
} {
  return { id, rawId: id, type: 'public-key', clientExtensionResults: {} };
}
