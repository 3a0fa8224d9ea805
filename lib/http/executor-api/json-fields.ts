import { EnrollmentError } from '../../base/error.js';
import { isJsonList, type Json, type JsonObject } from '../../base/json.js';
import type { FieldReader } from '../read-body.js';

/** What a field takes beside texts. `any`: a stage that is not of prompts reads it. */
export type JsonKind = 'text' | 'flag' | 'number' | 'any';

/**
 * Reads the fields of a JSON answer as those of a form: `true` is a checked box, `false`, `null` and what is left out are
 * none, a number is its digits, a record is its JSON, as the answer of a passkey is.
 */
export function readerOfJson(body: JsonObject, kindOf: (name: string) => JsonKind): FieldReader {
  const values = new Map<string, Json | undefined>(Object.entries(body));
  return Object.assign((name: string) => fieldOf(values.get(name), name, kindOf(name)), {
    list(name: string): readonly string[] {
      const value = values.get(name);
      return (isJsonList(value) ? value : [value ?? null]).flatMap(
        (member) => fieldOf(member, name, kindOf(name)) ?? [],
      );
    },
  });
}

/** Those that take the answer of a passkey. */
const recordFields: ReadonlySet<string> = new Set(['response', 'passkey']);

function fieldOf(value: Json | undefined, name: string, kind: JsonKind): string | undefined {
  if (value === undefined || value === null || value === false) return undefined;
  if (value === true && (kind === 'flag' || kind === 'any')) return 'true';
  if (typeof value === 'number' && (kind === 'number' || kind === 'any')) return String(value);
  if (typeof value !== 'string' && !recordFields.has(name)) throw refused(name, 'must be one text');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // As for forms: what is no valid Unicode has another meaning for each store.
  if (/[\p{Cs}\uFFFD]/u.test(text)) throw refused(name, 'is not valid Unicode');
  return text;
}

function refused(name: string, rule: string): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_BODY', `the field '${name}' ${rule}`, { status: 400, expose: true });
}
