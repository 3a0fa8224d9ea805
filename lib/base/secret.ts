import { inspect } from 'node:util';

/**
 * A value that must never be printed, logged or stored as it is: a password, a code, a token.
 * `String()`, `JSON.stringify` and `util.inspect` all return `[redacted]`.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Call it as late as possible, where the value is hashed or compared. */
  reveal(): string {
    return this.#value;
  }

  toString(): '[redacted]' {
    return '[redacted]';
  }

  toJSON(): '[redacted]' {
    return '[redacted]';
  }

  [inspect.custom](): '[redacted]' {
    return '[redacted]';
  }
}

/** Works across two copies of this package, where `instanceof` would not. */
export function isSecret(value: unknown): value is Secret {
  return typeof value === 'object' && value !== null && 'reveal' in value && typeof value.reveal === 'function';
}

/** True for the name of a field whose value must not be shown, stored or logged. */
export function isSecretName(name: string): boolean {
  return /pass(word|phrase)|secret|token|(^|[_.-])(code|pin)$/i.test(name);
}
