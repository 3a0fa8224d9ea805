import { isJsonObject } from '../../base/json.js';
import type { AccountOrigin } from '../../ports/invitation-store.js';

/** By which seat an account came in, as it is stored. Earlier versions of this package read the seat as "place". */
export function originText({ id, seat, at }: AccountOrigin): string {
  return JSON.stringify({ id, place: seat, at });
}

/** Reads what `originText` made; `null` for anything else. */
export function readOrigin(json: unknown): AccountOrigin | null {
  const value: unknown = typeof json === 'string' ? JSON.parse(json) : null;
  if (!isJsonObject(value)) return null;
  const { id, place, at } = value;
  if (typeof id !== 'string' || typeof place !== 'string' || typeof at !== 'number') return null;
  return { id, seat: place, at };
}
