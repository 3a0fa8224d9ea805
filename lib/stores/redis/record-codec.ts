import { isJsonObject } from '../../base/json.js';
import { isTarget } from '../../base/target.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';

const instant = (value: unknown): boolean => value === null || Number.isSafeInteger(value);
const text = (value: unknown): boolean => typeof value === 'string';
const textOrNull = (value: unknown): boolean => value === null || text(value);

const shape: { readonly [K in keyof InvitationRecord]: (value: unknown) => boolean } = {
  id: text,
  version: Number.isSafeInteger,
  keyId: text,
  kind: (value) => value === 'generated' || value === 'custom',
  hint: text,
  tenant: textOrNull,
  label: text,
  flow: textOrNull,
  max: instant,
  notBefore: instant,
  expires: instant,
  bound: textOrNull,
  data: isJsonObject,
  redirect: (value) => value === null || isTarget(value),
  note: text,
  creator: textOrNull,
  inviter: textOrNull,
  reservationSeconds: instant,
  onePerPerson: (value) => typeof value === 'boolean',
  createdAt: Number.isSafeInteger,
  revokedAt: instant,
};

const checks = Object.entries(shape);

// What a record of an earlier version of this package does not have.
const added = { inviter: null, holdSeconds: null, onePerPerson: false } as const;

/** Two names are stored as earlier versions of this package wrote them, so that both can work on one Redis. */
export function recordText({ kind, reservationSeconds, ...record }: InvitationRecord): string {
  return JSON.stringify({ ...record, kind: kind === 'custom' ? 'word' : kind, holdSeconds: reservationSeconds });
}

/** Reads a stored record; `null` for anything else, which is then as good as not there. */
export function readRecord(json: unknown): InvitationRecord | null {
  if (typeof json !== 'string') return null;
  try {
    const value: unknown = JSON.parse(json);
    if (!isJsonObject(value)) return null;
    const { kind, holdSeconds, ...record } = { kind: null, ...added, ...value };
    const whole = { ...record, kind: kind === 'word' ? 'custom' : kind, reservationSeconds: holdSeconds };
    return isRecord(whole) ? whole : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is InvitationRecord {
  return isJsonObject(value) && checks.every(([key, holds]) => holds(value[key]));
}
