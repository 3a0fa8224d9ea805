import type { EnrollmentClock } from '../base/clock.js';
import { isJsonObject, type JsonObject, parseJson } from '../base/json.js';
import { digest128 } from '../base/ids.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { CallbackParameters } from './callback-parameters.js';
import type { SourceIdentity } from '../ports/source.js';

/** As long as a repeated form is answered. */
export const repeatableSeconds = 120;
/** How long the second of two requests waits while the first exchanges the code with the provider. */
const timeoutMs = 2000;
const pauseMs = 50;

interface VerifiedAnswer {
  readonly identity: SourceIdentity;
  /** Milliseconds since 1970. */
  readonly verifiedAt: number;
}

/** The results of callbacks, for a repetition of the same request from the same browser. */
interface RepeatedAnswers {
  keep(key: string, answer: VerifiedAnswer): Promise<void>;
  /** Records that the callback failed, so that the second request does not wait. */
  keepFailure(key: string, reason: string): Promise<void>;
  /** The answer, or the reason of the failure; `null`: unknown, or older than two minutes. */
  find(key: string, options: { readonly waits: boolean }): Promise<VerifiedAnswer | string | null>;
}

/**
 * Identifies a callback: its state, all its parameters and the cookie of the browser that began the sign-in. State and
 * cookie are 256 random bits each, so that the digest reveals nothing about the code among the parameters.
 */
export function answerKey(source: string, parameters: CallbackParameters, cookie: string): string {
  return `source-answer:${digest128(JSON.stringify([source, cookie, [...parameters].sort()]))}`;
}

export function createRepeatedAnswers({
  ephemeralStore,
  clock,
}: {
  readonly ephemeralStore: EphemeralStore;
  readonly clock: EnrollmentClock;
}): RepeatedAnswers {
  const keep = (key: string, record: JsonObject): Promise<void> =>
    ephemeralStore.set(key, JSON.stringify({ v: 1, ...record }), repeatableSeconds);
  return Object.freeze({
    keep: (key: string, { identity, verifiedAt }: VerifiedAnswer) =>
      keep(key, { identity: JSON.stringify(identity), verifiedAt }),
    keepFailure: (key: string, reason: string) => keep(key, { reason, verifiedAt: clock.now() }),

    async find(key: string, { waits }: { readonly waits: boolean }) {
      for (let waited = 0; ; waited += pauseMs) {
        const text = await ephemeralStore.peek(key);
        if (text !== null) return read(text);
        if (!waits || waited >= timeoutMs) return null;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    },
  });

  function read(text: string): VerifiedAnswer | string | null {
    const { v, identity, reason, verifiedAt } = parseJson(text) ?? {};
    if (v !== 1 || typeof verifiedAt !== 'number') return null;
    if (clock.now() - verifiedAt >= repeatableSeconds * 1000) return null;
    if (typeof reason === 'string') return reason;
    const read = typeof identity === 'string' ? parseIdentity(identity) : null;
    return read === null ? null : { identity: read, verifiedAt };
  }
}

/** Exactly the stored value: a repeated answer must lead to the same plan. */
function parseIdentity(text: string): SourceIdentity | null {
  const { source, issuer, subject, email, emailVerified, otherEmails, username, name, claims } = parseJson(text) ?? {};
  if (typeof source !== 'string' || typeof issuer !== 'string' || typeof subject !== 'string') return null;
  if (typeof emailVerified !== 'boolean' || !isJsonObject(claims)) return null;
  return {
    source,
    issuer,
    subject,
    emailVerified,
    claims,
    ...(typeof email === 'string' ? { email } : {}),
    ...(Array.isArray(otherEmails) ? { otherEmails: otherEmails.filter((one) => typeof one === 'string') } : {}),
    ...(typeof username === 'string' ? { username } : {}),
    ...(typeof name === 'string' ? { name } : {}),
  };
}
