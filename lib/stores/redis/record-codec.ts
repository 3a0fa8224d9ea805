import { isJsonObject } from '../../base/json.js';
import { isTarget } from '../../base/target.js';
import type { InvitationMail, InvitationRecord } from '../../ports/invitation-store.js';

const instant = (value: unknown): boolean => value === null || Number.isSafeInteger(value);
const text = (value: unknown): boolean => typeof value === 'string';
const textOrNull = (value: unknown): boolean => value === null || text(value);

const mailShape: { readonly [K in keyof InvitationMail]-?: (value: unknown) => boolean } = {
  seed: text,
  locale: textOrNull,
  zone: text,
  app: textOrNull,
  values: (value) => isJsonObject(value) && Object.values(value).every(text),
  ordered: Number.isSafeInteger,
  instead: (value) => value === undefined || (Array.isArray(value) && value.every(text)),
};

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
  mail: (value) =>
    value === null || (isJsonObject(value) && Object.entries(mailShape).every(([key, holds]) => holds(value[key]))),
  replaces: textOrNull,
  replacedBy: textOrNull,
  createdAt: Number.isSafeInteger,
  revokedAt: instant,
  declinedAt: instant,
};

const checks = Object.entries(shape);

/** The values of most records, which are therefore not stored. */
const defaults = Object.freeze({
  tenant: null,
  label: '',
  flow: null,
  max: null,
  notBefore: null,
  expires: null,
  bound: null,
  data: Object.freeze({}),
  redirect: null,
  note: '',
  creator: null,
  inviter: null,
  reservationSeconds: null,
  onePerPerson: false,
  mail: null,
  replaces: null,
  replacedBy: null,
  declinedAt: null,
  revokedAt: null,
} satisfies Partial<InvitationRecord>);

/** What must be stored is `null` here, which no check accepts. */
const blank = Object.freeze({
  id: null,
  version: null,
  keyId: null,
  kind: null,
  hint: null,
  createdAt: null,
  ...defaults,
});

const stored = new Map<string, string>(Object.entries(defaults).map(([key, value]) => [key, JSON.stringify(value)]));

/** The stored form of a record: without its id, which is in its key, and without default values. */
export function recordText({ id: _id, ...record }: InvitationRecord): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(record).filter(([key, value]) => stored.get(key) !== JSON.stringify(value))),
  );
}

/**
 * The fields that scripts read of a record, in short: `version|max|notBefore|expires|revokedAt|holdMs|onePerPerson`.
 */
export function termsText(record: InvitationRecord): string {
  const { version, max, notBefore, expires, revokedAt, reservationSeconds, onePerPerson } = record;
  const holdMs = reservationSeconds === null ? null : Math.ceil(reservationSeconds * 1000);
  return [version, max, notBefore, expires, revokedAt, holdMs, onePerPerson ? 1 : null]
    .map((term) => term ?? '')
    .join('|');
}

/** Reads a stored record; `null` for anything else, which then counts as missing. */
export function readRecord(id: string, json: unknown): InvitationRecord | null {
  if (typeof json !== 'string') return null;
  try {
    const value: unknown = JSON.parse(json);
    // Every field is in `blank`: a copy with new fields takes Node 20 many times as long.
    const record = isJsonObject(value) ? { ...blank, ...value, id } : null;
    return isRecord(record) ? record : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is InvitationRecord {
  return isJsonObject(value) && checks.every(([key, holds]) => holds(value[key]));
}
