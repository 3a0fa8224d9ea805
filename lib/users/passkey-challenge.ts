import { randomBytes } from 'node:crypto';
import type { Keyring } from '../base/keyring.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { PasskeyPlan } from '../ports/passkeys.js';

/** What a challenge is for: an answer to one is none to the others. */
export interface ChallengePurpose {
  readonly ceremony: 'register' | 'check' | 'identify';
  readonly plan: PasskeyPlan;
  /** `null`: of any user. */
  readonly userId: string | null;
}

/** A challenge is valid as long as a plan that stands still, in seconds. */
const challengeSeconds = 3600;
/** The tolerated difference of two processes' clocks, in seconds. */
const tolerance = 60;
const nonceBytes = 16;
const timeBytes = 4;
const macBytes = 16;

/** Random bytes, the time of issue and a MAC, so that nothing has to be stored before it is answered. */
export function newChallenge(keyring: Keyring, purpose: ChallengePurpose): Uint8Array<ArrayBuffer> {
  const body = Buffer.alloc(nonceBytes + timeBytes);
  randomBytes(nonceBytes).copy(body);
  body.writeUInt32BE(Math.floor(purpose.plan.now / 1000), nonceBytes);
  const mac = keyring.sign('passkey', covered(body, purpose), macBytes);
  return new Uint8Array([...body, ...Buffer.from(mac, 'base64url')]);
}

/** True for a challenge of this purpose that has not expired. Whether it was answered before is not known yet. */
export function isChallenge(keyring: Keyring, challenge: string, purpose: ChallengePurpose): boolean {
  const bytes = Buffer.from(challenge, 'base64url');
  // One challenge has one spelling.
  if (bytes.length !== nonceBytes + timeBytes + macBytes || bytes.toString('base64url') !== challenge) return false;
  const body = bytes.subarray(0, nonceBytes + timeBytes);
  const mac = bytes.subarray(nonceBytes + timeBytes).toString('base64url');
  const age = purpose.plan.now / 1000 - body.readUInt32BE(nonceBytes);
  if (age > challengeSeconds || age < -tolerance) return false;
  return keyring.verify('passkey', covered(body, purpose), mac, macBytes);
}

interface AnsweredChallenge {
  readonly challenge: string;
  /** Of the whole answer. */
  readonly digest: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const keptSeconds = challengeSeconds + 2 * tolerance;
const keyOf = (challenge: string): string => `passkey:${challenge}`;

/**
 * `accepted`: the first answer to the challenge, in all processes, or exactly the same answer within 120 seconds, the
 * second of two clicks. `closed`: the same, after `closeChallenge`. `refused`: every other one.
 */
export async function useChallenge(
  store: EphemeralStore,
  { challenge, digest, now }: AnsweredChallenge,
): Promise<'accepted' | 'closed' | 'refused'> {
  const own = JSON.stringify([digest, now]);
  const kept: unknown = JSON.parse(await store.setIfAbsent(keyOf(challenge), own, keptSeconds));
  const [first, at, isClosed] = Array.isArray(kept) ? (kept as readonly unknown[]) : [];
  const isSame = first === digest && typeof at === 'number' && Math.abs(now - at) <= clickSeconds * 1000;
  if (!isSame) return 'refused';
  return isClosed === true ? 'closed' : 'accepted';
}

/** What the answer asked for is stored: its repetition stores nothing. */
export async function closeChallenge(
  store: EphemeralStore,
  { challenge, digest, now }: AnsweredChallenge,
): Promise<void> {
  await store.set(keyOf(challenge), JSON.stringify([digest, now, true]), keptSeconds);
}

/** As long as a form that is sent again is answered as the first. */
const clickSeconds = 120;

function covered(body: Buffer, { ceremony, plan, userId }: ChallengePurpose): string {
  const { enrollmentId, step } = plan;
  return JSON.stringify(['challenge', ceremony, enrollmentId, step, userId, body.toString('base64url')]);
}
