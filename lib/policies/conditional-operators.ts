import type { Json } from '../base/json.js';
import { isListed } from '../base/networks.js';
import { parseUrl } from '../base/url.js';
import type { ValueType } from './conditional-document.js';
import { isGlobal, isPrivate, networks } from './conditional-networks.js';
import { linearRegex } from './linear-regex.js';

interface Comparison {
  readonly operand: Json | undefined;
  readonly caseSensitive: boolean;
  readonly isTime: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What an operator compares with: its shape is checked when the policy is created. */
type OperandKind = 'none' | 'scalar' | 'text' | 'list' | 'range' | 'count' | 'seconds' | 'network' | 'pattern';

interface Operator {
  readonly types: readonly ValueType[];
  readonly operand: OperandKind;
  test(value: Json, comparison: Comparison): boolean;
}

const fold = (value: Json | undefined, { caseSensitive }: Comparison): Json | undefined =>
  typeof value === 'string' && !caseSensitive ? value.toLowerCase() : value;
/** The text of a text, number or boolean. */
const plain = (value: Json | undefined): string =>
  typeof value === 'object' || value === undefined ? '' : value.toString();
const text = (value: Json | undefined, how: Comparison): string => plain(fold(value, how));
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
const isEqual = (one: Json | undefined, other: Json | undefined, how: Comparison): boolean =>
  fold(one, how) === fold(other, how);
/** A member of another type is not "not the item": without the item there is no verdict. */
function hasItem(value: Json, item: Json, how: Comparison): boolean {
  const list = listOf(value);
  if (list.some((one) => isEqual(one, item, how))) return true;
  if (list.some((one) => one !== null && typeof one !== typeof item))
    throw new Error('a list has members of another type than the value that is looked for');
  return false;
}
const lengthOf = (value: Json): number => (typeof value === 'string' ? [...value].length : listOf(value).length);

/** Numbers and times; a time may be an ISO text. */
function numeric(value: Json | undefined): number {
  if (typeof value === 'number') return value;
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw new Error('a value is neither a number nor a time');
  return time;
}

const ordered = ['number', 'datetime'] as const;
const equatable = ['string', 'number', 'boolean', 'datetime', 'ip'] as const;
const measured = ['string', 'list'] as const;

const equal = (value: Json, how: Comparison): boolean =>
  how.isTime ? numeric(value) === numeric(how.operand) : isEqual(value, how.operand, how);
const amongst = (value: Json, how: Comparison): boolean => listOf(how.operand).some((one) => isEqual(value, one, how));
const order =
  (holds: (value: number, other: number) => boolean): Operator['test'] =>
  (value, { operand }) =>
    holds(numeric(value), numeric(operand));
const size =
  (holds: (length: number, count: number) => boolean): Operator['test'] =>
  (value, { operand }) =>
    holds(lengthOf(value), Number(operand));

/** Every operator beside `is_set` and `not_set`, which need no value. */
export const conditionalOperators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['eq', { types: equatable, operand: 'scalar', test: (value, how) => equal(value, how) }],
  ['ne', { types: equatable, operand: 'scalar', test: (value, how) => !equal(value, how) }],
  ['in', { types: ['string', 'number'], operand: 'list', test: amongst }],
  ['not_in', { types: ['string', 'number'], operand: 'list', test: (value, how) => !amongst(value, how) }],
  [
    'contains',
    { types: ['string'], operand: 'text', test: (value, how) => text(value, how).includes(text(how.operand, how)) },
  ],
  [
    'starts_with',
    { types: ['string'], operand: 'text', test: (value, how) => text(value, how).startsWith(text(how.operand, how)) },
  ],
  [
    'ends_with',
    { types: ['string'], operand: 'text', test: (value, how) => text(value, how).endsWith(text(how.operand, how)) },
  ],
  ['matches', { types: ['string'], operand: 'pattern', test: (value, how) => isMatch(plain(value), how) }],
  [
    'is_url',
    {
      types: ['string'],
      operand: 'none',
      test: (value) => /^https?:\/\//i.test(plain(value)) && parseUrl(plain(value)) !== null,
    },
  ],
  ['lt', { types: ordered, operand: 'scalar', test: order((value, other) => value < other) }],
  ['lte', { types: ordered, operand: 'scalar', test: order((value, other) => value <= other) }],
  ['gt', { types: ordered, operand: 'scalar', test: order((value, other) => value > other) }],
  ['gte', { types: ordered, operand: 'scalar', test: order((value, other) => value >= other) }],
  ['between', { types: ordered, operand: 'range', test: (value, { operand }) => isBetween(value, listOf(operand)) }],
  ['is_true', { types: ['boolean'], operand: 'none', test: (value) => value === true }],
  ['is_false', { types: ['boolean'], operand: 'none', test: (value) => value === false }],
  [
    'within_last',
    {
      types: ['datetime'],
      operand: 'seconds',
      test: (value, how) => ageOf(value, how) >= 0 && ageOf(value, how) <= Number(how.operand) * 1000,
    },
  ],
  [
    'older_than',
    { types: ['datetime'], operand: 'seconds', test: (value, how) => ageOf(value, how) > Number(how.operand) * 1000 },
  ],
  [
    'in_network',
    {
      types: ['ip'],
      operand: 'network',
      test: (value, { operand }) => isListed(networks(...networkTexts(operand)), plain(value)),
    },
  ],
  ['is_private', { types: ['ip'], operand: 'none', test: (value) => isPrivate(plain(value)) }],
  ['is_global', { types: ['ip'], operand: 'none', test: (value) => isGlobal(plain(value)) }],
  ['has_item', { types: ['list'], operand: 'scalar', test: (value, how) => hasItem(value, how.operand ?? null, how) }],
  [
    'has_any',
    {
      types: ['list'],
      operand: 'list',
      test: (value, how) => listOf(how.operand).some((one) => hasItem(value, one, how)),
    },
  ],
  [
    'has_all',
    {
      types: ['list'],
      operand: 'list',
      test: (value, how) => listOf(how.operand).every((one) => hasItem(value, one, how)),
    },
  ],
  ['is_empty', { types: measured, operand: 'none', test: (value) => lengthOf(value) === 0 }],
  ['length_eq', { types: measured, operand: 'count', test: size((length, count) => length === count) }],
  ['length_gt', { types: measured, operand: 'count', test: size((length, count) => length > count) }],
  ['length_lt', { types: measured, operand: 'count', test: size((length, count) => length < count) }],
]);

/** What is wrong with the type of what is compared with; `null`: nothing. No value would ever be equal to it. */
export function operandTypeMistake(kind: OperandKind, type: ValueType, operand: Json | undefined): string | null {
  if ((kind !== 'scalar' && kind !== 'list' && kind !== 'range') || type === 'list') return null;
  const wanted = type === 'ip' ? 'string' : type;
  const isOne = (kind === 'scalar' ? [operand] : listOf(operand)).every((one) =>
    type === 'datetime'
      ? typeof one === 'number' || (typeof one === 'string' && !Number.isNaN(Date.parse(one)))
      : typeof one === wanted,
  );
  return isOne ? null : `must be ${kind === 'scalar' ? '' : 'a list of '}${type}, as the values that are compared`;
}

/** What is wrong with an operand; `null`: nothing. */
export function operandMistake(kind: OperandKind, operand: Json | undefined): string | null {
  if (kind === 'none') return operand === undefined ? null : 'takes no value';
  if (operand === undefined) return 'needs a value';
  if (kind === 'scalar') return isScalar(operand) ? null : 'must be a text, a number, true or false';
  if (kind === 'text') return typeof operand === 'string' ? null : 'must be a text';
  if (kind === 'list')
    return Array.isArray(operand) && operand.length <= 100 && listOf(operand).every(isScalar)
      ? null
      : 'must be a list of at most 100 texts or numbers';
  if (kind === 'range')
    return listOf(operand).length === 2 && listOf(operand).every(isScalar) ? null : 'must be a list of two';
  if (kind === 'count' || kind === 'seconds')
    return typeof operand === 'number' && operand >= 0 ? null : 'must be a number, not below 0';
  try {
    if (kind === 'network') networks(...networkTexts(operand));
    else if (typeof operand !== 'string') return 'must be a text';
    else linearRegex(operand, 'conditionalPolicy');
    return null;
  } catch (error) {
    if (error instanceof Error && 'issues' in error) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

/** The value as a type, or an error: a value that cannot be read so has no verdict. */
export function castTo(type: ValueType, value: Json): Json {
  if (type === 'string' && (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'))
    return String(value);
  if (
    type === 'number' &&
    (typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))))
  )
    return Number(value);
  if (type === 'boolean' && (typeof value === 'boolean' || value === 'true' || value === 'false'))
    return value === true || value === 'true';
  if (type === 'datetime') return numeric(value);
  if (type === 'ip' && typeof value === 'string') return value;
  if (type === 'list') return Array.isArray(value) ? listOf(value) : [value];
  throw new Error(`a value cannot be read as ${type}`);
}

/** Longer texts are not matched: there is no verdict. */
const matchedCharacters = 4096;

function isMatch(value: string, { operand, caseSensitive }: Comparison): boolean {
  if (value.length > matchedCharacters) throw new Error('a text is too long to be matched');
  return linearRegex(plain(operand), 'conditionalPolicy', { ignoreCase: !caseSensitive }).isIn(value);
}

function isBetween(value: Json, [from, to]: readonly Json[]): boolean {
  return numeric(value) >= numeric(from) && numeric(value) <= numeric(to);
}

function ageOf(value: Json, { now }: Comparison): number {
  return now - numeric(value);
}

function networkTexts(operand: Json | undefined): readonly string[] {
  return (Array.isArray(operand) ? listOf(operand) : [operand ?? '']).map(plain);
}

function isScalar(value: Json): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
