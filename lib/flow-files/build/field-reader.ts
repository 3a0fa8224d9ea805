import { didYouMean } from '../../base/did-you-mean.js';
import { isJsonList, isJsonObject, type Json, type JsonObject } from '../../base/json.js';
import type { Severity } from '../problems.js';
import type { FlowRecord } from '../records/record.js';
import { durationSeconds } from './duration.js';

/** Says what is wrong with a field of a record, at its place in the file. */
type Report = (severity: Severity, field: string | null, message: string) => void;

/** Reads the fields of one record by name and kind; what is wrong is reported, and the preset stands in. */
export interface FieldReader {
  readonly record: FlowRecord;
  readonly report: Report;
  /** True where the file gives the field a value, also one with a mistake that was reported. */
  has(name: string): boolean;
  /** True for a field with a mistake that was reported: a preset or a stand-in is read for it. */
  isBroken(name: string): boolean;
  json(name: string): Json | undefined;
  /** Without a preset, a text that is missing is reported, and `standIn` is read for it. */
  text(name: string, preset?: string): string;
  flag(name: string, preset: boolean): boolean;
  number(name: string, preset: number): number;
  /** A duration as `hours=1`, in seconds. A bare number counts in `unit` seconds. */
  seconds(name: string, preset: number, unit?: number): number;
  oneOf<const T extends string>(name: string, values: readonly T[], preset: T): T;
  texts(name: string): readonly string[];
  /**
   * The members of a list that are among `values`. Those of `foreign`, which authentik has and the kit has not, are left
   * out and reported; all others are mistakes.
   */
  members<const T extends string>(name: string, values: readonly T[], foreign?: readonly string[]): readonly T[];
  mapping(name: string): JsonObject;
  /** Fields of authentik that change nothing here. */
  unused(...names: readonly string[]): void;
  /** Fields of authentik that would change something, and do not here. Reported where they have a value but the preset. */
  unsupported(name: string, presets: readonly Json[], why: string): void;
  /** Reports the fields that no call has asked for. */
  finish(): void;
}

/** Stands for a text that is missing or has a mistake: what is made with it is not used, and its other mistakes are found. */
export const standIn = 'stand-in-text';

export function fieldReader(
  record: FlowRecord,
  { report, broken }: { readonly report: Report; readonly broken: ReadonlySet<string> | 'all' },
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

  const isBroken = (name: string): boolean =>
    broken === 'all' ? !Object.hasOwn(record.fields, name) : broken.has(name);

  function value(name: string): Json | undefined {
    asked.add(name);
    if (isBroken(name)) return undefined;
    const found = Object.hasOwn(record.fields, name) ? record.fields[name] : undefined;
    return found === null ? undefined : found;
  }

  function read<T>(name: string, preset: T, what: string, take: (given: Json) => T | undefined): T {
    const given = value(name);
    if (given === undefined) return preset;
    const taken = take(given);
    if (taken !== undefined) return taken;
    report('refused', name, `"${name}" must be ${what}`);
    return preset;
  }

  function texts(name: string): readonly string[] {
    return read<readonly string[]>(name, [], 'a list of texts', (given) =>
      isJsonList(given) && given.every((one) => typeof one === 'string') ? given : undefined,
    );
  }

  return {
    record,
    report,
    has: (name) => value(name) !== undefined || isBroken(name),
    isBroken,
    json: value,
    text(name, preset) {
      const given = read(name, preset, 'a text', textIn);
      if (given !== undefined) return given;
      if (value(name) === undefined && !isBroken(name)) report('refused', null, `the ${record.model} has no "${name}"`);
      return standIn;
    },
    flag: (name, preset) =>
      read(name, preset, 'true or false', (given) => (typeof given === 'boolean' ? given : undefined)),
    number: (name, preset) =>
      read(name, preset, 'a number', (given) => (typeof given === 'number' ? given : undefined)),
    seconds: (name, preset, unit = 1) =>
      read(name, preset, 'a duration, for example "hours=1;minutes=30"', (given) => secondsIn(given, unit)),
    oneOf: (name, values, preset) =>
      read(name, preset, `one of ${values.join(', ')}`, (given) => values.find((one) => one === given)),
    texts,
    members(name, values, foreign = []) {
      return texts(name).flatMap((given) => {
        const known = values.find((one) => one === given);
        if (known !== undefined) return [known];
        if (foreign.includes(given))
          report('noticed', name, `"${name}": "${given}" is left out: it has no meaning here`);
        else
          report(
            'refused',
            name,
            `"${name}": "${given.slice(0, 60)}" is none of ${values.join(', ')}${didYouMean(given, values)}`,
          );
        return [];
      });
    },
    mapping: (name) => read(name, {}, 'a mapping', (given) => (isJsonObject(given) ? given : undefined)),
    unused: (...names) => {
      for (const name of names) asked.add(name);
    },
    unsupported(name, presets, why) {
      const given = value(name);
      if (given === undefined || presets.some((one) => JSON.stringify(one) === JSON.stringify(given))) return;
      report('noticed', name, `"${name}" is left out: ${why}`);
    },
    finish() {
      for (const name of Object.keys(record.fields))
        if (!asked.has(name))
          report('noticed', name, `${record.model} has no field "${name}"${didYouMean(name, [...asked])}`);
    },
  };
}

function textIn(given: Json): string | undefined {
  if (typeof given === 'string') return given;
  return typeof given === 'number' || typeof given === 'boolean' ? String(given) : undefined;
}

function secondsIn(given: Json, unit: number): number | undefined {
  if (typeof given === 'number') return given >= 0 ? given * unit : undefined;
  if (typeof given !== 'string') return undefined;
  if (/^\d+$/.test(given)) return Number(given) * unit;
  return durationSeconds(given) ?? undefined;
}
