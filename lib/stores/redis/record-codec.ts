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

/** A record as it is stored. */
export function recordText(record: InvitationRecord): string {
  return JSON.stringify(record);
}

/** Reads a stored record; `null` for anything else, which is then as good as not there. */
export function readRecord(json: unknown): InvitationRecord | null {
  if (typeof json !== 'string') return null;
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is InvitationRecord {
  return isJsonObject(value) && checks.every(([key, holds]) => holds(value[key]));
}
