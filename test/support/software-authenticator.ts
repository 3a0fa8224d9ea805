import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

/** What an answer has that differs from an honest one. */
export interface Tampering {
  readonly challenge?: string;
  readonly origin?: string;
  readonly rpId?: string;
  readonly type?: string;
  /** Default: user present and, where the authenticator verifies, user verified. */
  readonly flags?: number;
  readonly counter?: number;
  /** `null`: none. */
  readonly userHandle?: string | null;
  /** The id of another credential. */
  readonly id?: string;
  /** Signs with another key. */
  readonly key?: KeyObject;
  /** Changes the answer before it is sent. */
  readonly change?: (answer: Answer) => unknown;
}

export interface Answer {
  id: string;
  rawId: string;
  type: string;
  response: Record<string, unknown>;
  clientExtensionResults: object;
}

interface Options {
  readonly challenge: string;
  readonly user?: { readonly id: string };
}

const present = 0x01;
const verified = 0x04;
const attested = 0x40;

const sha256 = (bytes: string | Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** An authenticator in software (WebAuthn, 6): one credential, made by `create` and used by `get`. */
export class SoftwareAuthenticator {
  readonly #origin: string;
  readonly #verifies: boolean;
  readonly id = text(randomBytes(32));
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  /** 0: it does not count. */
  counter = 1;
  userHandle: string | null = null;

  constructor(origin: string, { verifies = true }: { readonly verifies?: boolean } = {}) {
    this.#origin = origin;
    this.#verifies = verifies;
  }

  get key(): KeyObject {
    return this.#keys.privateKey;
  }

  /** The answer to `PublicKeyCredentialCreationOptionsJSON`, as the page's script sends it. */
  create(options: Options, tampering: Tampering = {}): string {
    this.userHandle = options.user?.id ?? null;
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' });
    const id = Buffer.from(tampering.id ?? this.id, 'base64url');
    // COSE (RFC 9053): an EC2 key for ES256.
    const key = isoCBOR.encode(
      new Map<number, number | Uint8Array>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
        [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
      ]),
    );
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const authData = Buffer.concat([this.#data(tampering, attested), Buffer.alloc(16), length, id, key]);
    const attestationObject = isoCBOR.encode(
      new Map<string, string | Uint8Array | Map<string, never>>([
        ['fmt', 'none'],
        ['attStmt', new Map<string, never>()],
        ['authData', new Uint8Array(authData)],
      ]),
    );
    const clientDataJSON = text(this.#clientData('webauthn.create', options, tampering));
    return this.#answer(
      { clientDataJSON, attestationObject: text(attestationObject), transports: ['internal'] },
      tampering,
    );
  }

  /** The answer to `PublicKeyCredentialRequestOptionsJSON`. */
  get(options: Options, tampering: Tampering = {}): string {
    if (this.counter > 0) this.counter += 1;
    const authData = this.#data(tampering, 0);
    const clientData = this.#clientData('webauthn.get', options, tampering);
    const signature = sign('sha256', Buffer.concat([authData, sha256(clientData)]), tampering.key ?? this.key);
    const { userHandle = this.userHandle } = tampering;
    return this.#answer(
      {
        clientDataJSON: text(clientData),
        authenticatorData: text(authData),
        signature: text(signature),
        ...(userHandle === null ? {} : { userHandle }),
      },
      tampering,
    );
  }

  #data({ rpId = new URL(this.#origin).hostname, flags, counter = this.counter }: Tampering, more: number): Buffer {
    const rest = Buffer.alloc(5);
    rest.writeUInt8(flags ?? present | (this.#verifies ? verified : 0) | more);
    rest.writeUInt32BE(counter, 1);
    return Buffer.concat([sha256(rpId), rest]);
  }

  #clientData(
    usual: string,
    { challenge: asked }: Options,
    { type = usual, challenge = asked, origin }: Tampering,
  ): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: origin ?? this.#origin, crossOrigin: false }));
  }

  #answer(response: Record<string, unknown>, { id = this.id, change = (one) => one }: Tampering): string {
    return JSON.stringify(change({ id, rawId: id, type: 'public-key', response, clientExtensionResults: {} }));
  }
}
