import { isJsonObject } from '../../base/json.js';
import type { WaitlistEntry, WaitlistState } from '../../ports/waitlist-store.js';

export const waitingStates: readonly WaitlistState[] = ['waiting', 'approved', 'sent', 'failed', 'refused', 'joined'];

/** The part of an entry that is JSON; the rest precedes it, where scripts read it. */
type Body = Omit<WaitlistEntry, 'version' | 'state' | 'place'>;

const text = (value: unknown): boolean => typeof value === 'string';
const textOrNull = (value: unknown): boolean => value === null || text(value);
const instant = (value: unknown): boolean => value === null || Number.isSafeInteger(value);

const shape: { readonly [K in keyof Body]: (value: unknown) => boolean } = {
  id: text,
  email: text,
  tenant: textOrNull,
  locale: text,
  answers: isJsonObject,
  askedAt: Number.isSafeInteger,
  decidedAt: instant,
  by: textOrNull,
  invitation: textOrNull,
  earlier: (value) => Array.isArray(value) && value.every(text),
  attempts: Number.isSafeInteger,
  sentAt: instant,
  lastError: textOrNull,
  busyUntil: instant,
};

export function bodyOf(entry: Omit<WaitlistEntry, 'place'>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(entry).filter(([key]) => Object.hasOwn(shape, key))));
}

/** Reads `<version> <state> <place> <json>`; `null` for anything else, which then counts as missing. */
export function readEntry(value: unknown): WaitlistEntry | null {
  const [, version, state, place, json = ''] =
    typeof value === 'string' ? (/^(\d+) ([a-z]+) (\d+) (\{[^]*)$/.exec(value) ?? []) : [];
  const known = waitingStates.find((one) => one === state);
  const body = parsed(json);
  if (known === undefined || body === null) return null;
  return { ...body, version: Number(version), state: known, place: Number(place) };
}

function parsed(json: string): Body | null {
  try {
    const value: unknown = JSON.parse(json, (key, inner: unknown) => (key === '__proto__' ? undefined : inner));
    return isBody(value) ? value : null;
  } catch {
    return null;
  }
}

function isBody(value: unknown): value is Body {
  return isJsonObject(value) && Object.entries(shape).every(([key, holds]) => holds(value[key]));
}
