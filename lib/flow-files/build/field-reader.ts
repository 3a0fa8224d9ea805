import { didYouMean } from '../../base/did-you-mean.js';
import { isJsonList, isJsonObject, type Json, type JsonObject } from '../../base/json.js';
import type { Severity } from '../problems.js';
import type { WrittenAs } from '../read/tree.js';
import type { FlowRecord } from '../records/record.js';
import { emptySentence, mayBeEmpty } from './empty-fields.js';
import { textOf, textWords, words, type FieldKind } from './field-kinds.js';
import { numberWords, readDuration, readNumber, type DurationRange, type NumberRange } from './field-ranges.js';
import type { IsSame } from './same-values.js';
import { flagOf } from './scalar-values.js';

/** Says what is wrong with a field of a record, at its place in the file, or with a member of its list. */
type Report = (severity: Severity, field: string | null, message: string, member?: number) => void;

/** Reads the fields of one record by name and kind; what is wrong is reported, and the preset stands in. */
export interface FieldReader {
  readonly record: FlowRecord;
  readonly report: Report;
  /** True where the file gives the field a value, also one with a mistake that was reported. */
  has(name: string): boolean;
  /** True for a field with a mistake that was reported, also by a read: a preset or a stand-in is read for it. */
  isBroken(name: string): boolean;
  json(name: string): Json | undefined;
  /** Without a preset, a text that is missing is reported, and `standIn` is read for it. A number is read as Python writes it. */
  text(name: string, preset?: string): string;
  /** A text, or a date without quotes. */
  dateText(name: string, preset: string): string;
  flag(name: string, preset: boolean): boolean;
  number(name: string, preset: number, range?: NumberRange): number;
  /** A duration as `hours=1`, in whole seconds. `nearest`: one outside of the range is cut to it, which is reported. */
  seconds(name: string, preset: number, range?: DurationRange & { readonly nearest?: boolean }): number;
  oneOf<const T extends string | number>(name: string, values: readonly T[], preset: T): T;
  texts(name: string): readonly string[];
  /**
   * The members of a list that are among `values`. Those of `foreign`, which authentik has and the kit has not, are left
   * out and reported; all others are mistakes. `ifNone` says what holds where none is left.
   */
  members<const T extends string>(
    name: string,
    values: readonly T[],
    foreign?: readonly string[],
    ifNone?: string,
  ): readonly T[];
  mapping(name: string): JsonObject;
  /** Fields that change nothing at authentik either, or that are read elsewhere: only their kinds are checked. */
  unused(fields: Readonly<Record<string, FieldKind>>): void;
  /** A field of authentik that would change something, and does not here. Reported unless its value is what the kit does. */
  unsupported(name: string, kind: FieldKind, same: readonly Json[] | IsSame, why: string): void;
  /** Reports the fields that no call has asked for. */
  finish(): void;
}

/** Stands for a text that is missing or has a mistake: what is made with it is not used, and its other mistakes are found. */
export const standIn = 'stand-in-text';

export function fieldReader(
  record: FlowRecord,
  {
    report,
    broken,
    writtenAs,
    tagOf,
  }: {
    readonly report: Report;
    readonly broken: ReadonlySet<string> | 'all';
    readonly writtenAs: (name: string) => WrittenAs | null;
    readonly tagOf: (name: string) => string | null;
  },
): FieldReader {
  // Of every object: its name for administrators, and what authentik's exports add.
  const asked = new Set([
    'pk',
    'name',
    'managed',
    'component',
    'verbose_name',
    'verbose_name_plural',
    'meta_model_name',
  ]);

  const mistaken = new Set<string>();

  const isBroken = (name: string): boolean =>
    mistaken.has(name) || (broken === 'all' ? !Object.hasOwn(record.fields, name) : broken.has(name));

  function value(name: string): Json | undefined {
    asked.add(name);
    if (isBroken(name)) return undefined;
    const found = Object.hasOwn(record.fields, name) ? record.fields[name] : undefined;
    if (found !== null) return found;
    if (!mayBeEmpty(name)) refuse(name, emptySentence(name, tagOf(name)));
    return undefined;
  }

  function refuse(name: string, message: string): void {
    mistaken.add(name);
    report('refused', name, message);
  }

  function read<T>(name: string, preset: T, what: string, take: (given: Json) => T | undefined): T {
    const given = value(name);
    if (given === undefined) return preset;
    const taken = take(given);
    if (taken !== undefined) return taken;
    refuse(name, `"${name}" must be ${what}`);
    return preset;
  }

  function texts(name: string): readonly string[] {
    return read<readonly string[]>(name, [], 'a list of texts', (given) =>
      isJsonList(given) && given.every((one) => typeof one === 'string') ? given : undefined,
    );
  }

  function isOfKind(name: string, given: Json, kind: FieldKind): boolean {
    const mistake = kind(given, writtenAs(name));
    if (mistake !== null) refuse(name, `"${name}" ${mistake}`);
    return mistake === null;
  }

  return {
    record,
    report,
    has: (name) => value(name) !== undefined || isBroken(name),
    isBroken,
    json: value,
    text(name, preset) {
      const given = read(name, preset, textWords(writtenAs(name)), (one) => textOf(one, writtenAs(name)));
      if (given !== undefined) return given;
      if (value(name) === undefined && !isBroken(name)) report('refused', null, `the ${record.model} has no "${name}"`);
      return standIn;
    },
    dateText: (name, preset) =>
      read(name, preset, 'a date', (given) => (typeof given === 'string' ? given : undefined)),
    flag: (name, preset) => read(name, preset, 'true or false', flagOf),
    number: (name, preset, range = {}) => read(name, preset, numberWords(range), (given) => readNumber(given, range)),
    seconds(name, preset, { nearest = false, ...range } = {}) {
      const given = value(name);
      if (given === undefined) return preset;
      const duration = readDuration(given, range);
      if (duration.type === 'read') return duration.seconds;
      const isTaken = nearest && duration.type === 'outside';
      const taken = isTaken ? `: it is taken as "seconds=${String(duration.nearest)}"` : '';
      report(isTaken ? 'noticed' : 'refused', name, `"${name}" ${duration.mistake}${taken}`);
      return isTaken ? duration.nearest : preset;
    },
    oneOf: (name, values, preset) =>
      read(name, preset, `one of ${[...new Set(values.map(String))].join(', ')}`, (given) =>
        values.find((one) => one === given),
      ),
    texts,
    members(name, values, foreign = [], ifNone = '') {
      const found = texts(name);
      const isEmpty = isJsonList(value(name) ?? null) && found.every((one) => foreign.includes(one));
      if (isEmpty && ifNone !== '') report('noticed', name, `"${name}" has nothing that is known here: ${ifNone}`);
      return found.flatMap((given, at) => {
        const known = values.find((one) => one === given);
        if (found.indexOf(given) < at) report('refused', name, `"${name}" has "${given.slice(0, 60)}" twice`, at);
        else if (known !== undefined) return [known];
        else if (foreign.includes(given))
          report('noticed', name, `"${name}": "${given}" is left out: it has no meaning here`, at);
        else
          report(
            'refused',
            name,
            `"${name}": "${given.slice(0, 60)}" is none of ${values.join(', ')}${didYouMean(given, values)}`,
            at,
          );
        return [];
      });
    },
    mapping: (name) => read(name, {}, 'a mapping', (given) => (isJsonObject(given) ? given : undefined)),
    unused(fields) {
      for (const [name, check] of Object.entries(fields)) {
        const given = value(name);
        if (given !== undefined) isOfKind(name, given, check);
      }
    },
    unsupported(name, kind, same, why) {
      const given = value(name);
      if (given === undefined || !isOfKind(name, given, kind)) return;
      const isSame =
        typeof same === 'function' ? same(given) : same.some((one) => JSON.stringify(one) === JSON.stringify(given));
      if (isSame) return;
      report('noticed', name, `"${name}" is left out: ${why}`);
    },
    finish() {
      const name = value('name');
      if (name !== undefined) isOfKind('name', name, words);
      for (const name of Object.keys(record.fields))
        if (!asked.has(name))
          report('noticed', name, `${record.model} has no field "${name}"${didYouMean(name, [...asked])}`);
    },
  };
}
