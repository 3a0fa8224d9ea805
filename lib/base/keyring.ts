import { createHmac, createSecretKey, hkdfSync, timingSafeEqual, type KeyObject } from 'node:crypto';
import { cutTo128 } from './ids.js';

/** What a derived key is for. Keys of different purposes are independent. */
export type Purpose =
  | 'plan-token'
  | 'plan-bearer'
  | 'attempt'
  | 'step'
  | 'form'
  | 'entry-link'
  | 'resume'
  | 'invitation'
  | 'invitation-mail'
  | 'session'
  | 'session-id'
  | 'source'
  | 'recent'
  | 'saved-password'
  | 'authenticator'
  | 'authenticator-setup'
  | 'mail'
  | 'mail-link'
  | 'mail-content'
  | 'unsubscribe'
  | 'flow-link'
  | 'ticket'
  | 'ticket-address'
  | 'ticket-link'
  | 'captcha'
  | 'passkey'
  | 'second-factor'
  | 'problem'
  | 'csrf'
  | 'page-errors';

/** The secrets of the kit: the first signs, all verify. It contains derived keys only. */
export interface Keyring {
  /** One tag per secret, newest first. A tag identifies the secret and reveals nothing about it. */
  readonly ids: readonly string[];
  /** HMAC-SHA-256 of `text` under the newest secret, as base64url. `bytes` is its length; default 16. */
  sign(purpose: Purpose, text: string, bytes?: number): string;
  /** HMAC-SHA-256 of `text` under every secret, newest first. */
  signAll(purpose: Purpose, text: string, bytes?: number): readonly string[];
  /** The id of the secret that made `mac` for `text`, or `null`. `bytes` defaults to 16. Compares in constant time. */
  signedBy(purpose: Purpose, text: string, mac: string, bytes?: number): string | null;
  /**
   * A keyring of only the secret with this id, for values that every process must sign alike; of the newest secret
   * where none has the id.
   */
  under(id: string): Keyring;
  /** True when any secret made `mac` for `text`. `bytes` defaults to 16. Compares in constant time. */
  verify(purpose: Purpose, text: string, mac: string, bytes?: number): boolean;
  /** Raw 32-byte keys of `purpose`, newest first, for a library that needs a key. */
  raw(purpose: Purpose): readonly Uint8Array[];
}

const purposes: readonly Purpose[] = [
  'plan-token',
  'plan-bearer',
  'attempt',
  'step',
  'form',
  'entry-link',
  'resume',
  'invitation',
  'invitation-mail',
  'session',
  'session-id',
  'source',
  'recent',
  'saved-password',
  'authenticator',
  'authenticator-setup',
  'mail',
  'mail-link',
  'mail-content',
  'unsubscribe',
  'flow-link',
  'ticket',
  'ticket-address',
  'ticket-link',
  'captcha',
  'passkey',
  'second-factor',
  'problem',
  'csrf',
  'page-errors',
];

/** Derives one key per purpose and secret by HKDF-SHA-256 (RFC 5869). */
export function createKeyring(secrets: readonly string[]): Keyring {
  return keyringOf(
    secrets.map((secret) => ({
      id: derive(secret, 'express-enrollment id').subarray(0, 4).toString('hex'),
      keys: new Map(
        purposes.map((purpose) => {
          const raw = derive(secret, `express-enrollment ${purpose}`);
          return [purpose, { raw, prepared: createSecretKey(raw) }];
        }),
      ),
    })),
  );
}

/** The keys derived from one secret. */
interface SecretKeys {
  readonly id: string;
  readonly keys: ReadonlyMap<Purpose, DerivedKey>;
}

interface DerivedKey {
  readonly raw: Buffer;
  /** Prepared once, so that Node does not parse the key for every MAC. */
  readonly prepared: KeyObject;
}

function keyringOf(derived: readonly SecretKeys[]): Keyring {
  const known = new Map(
    purposes.map((purpose) => [
      purpose,
      derived.flatMap(({ id, keys }) => {
        const key = keys.get(purpose);
        return key === undefined ? [] : [{ id, key }];
      }),
    ]),
  );
  const of = (purpose: Purpose) => known.get(purpose) ?? [];
  const alone = new Map<string, Keyring>();
  const mac = ({ prepared }: DerivedKey, text: string, bytes: number): string => {
    const made = createHmac('sha256', prepared).update(text);
    if (bytes === 16) return cutTo128(made.digest('base64url'));
    return made.digest().subarray(0, bytes).toString('base64url');
  };
  const signedBy = (purpose: Purpose, text: string, given: string, bytes = 16): string | null => {
    // Compared as text, so that a signature has only one spelling: a decoder skips unknown characters.
    const presented = Buffer.from(given);
    for (const { id, key } of of(purpose)) {
      const made = Buffer.from(mac(key, text, bytes));
      if (made.length === presented.length && timingSafeEqual(made, presented)) return id;
    }
    return null;
  };

  return Object.freeze<Keyring>({
    ids: derived.map(({ id }) => id),
    sign: (purpose, text, bytes = 16) => {
      const [newest] = of(purpose);
      if (newest === undefined) throw new TypeError('a keyring needs a secret');
      return mac(newest.key, text, bytes);
    },
    signAll: (purpose, text, bytes = 16) => of(purpose).map(({ key }) => mac(key, text, bytes)),
    signedBy,
    under(id) {
      const secret = derived.find((one) => one.id === id) ?? derived[0];
      const present = alone.get(secret?.id ?? '');
      if (present !== undefined) return present;
      const made = keyringOf(secret === undefined ? [] : [secret]);
      alone.set(secret?.id ?? '', made);
      return made;
    },
    verify: (purpose, text, given, bytes) => signedBy(purpose, text, given, bytes) !== null,
    raw: (purpose) => of(purpose).map(({ key }) => key.raw),
  });
}

function derive(secret: string, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'express-enrollment', info, 32));
}
