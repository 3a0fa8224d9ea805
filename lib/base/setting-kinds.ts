import { isSettings } from './setting-names.js';
import { identifierProblem } from './text-problem.js';

const longestIdentifier = 500;

/** Kinds of values that a call's settings may have. */
type SettingKind = 'text' | 'identifier' | 'boolean' | 'number' | 'count' | 'function';

const kinds: Readonly<Record<SettingKind, readonly [type: (value: unknown) => boolean, must: string]>> = {
  text: [(value) => typeof value === 'string', 'must be a string'],
  identifier: [
    (value) => typeof value === 'string' && value.length <= longestIdentifier && identifierProblem(value) === null,
    `must be a text of at most ${String(longestIdentifier)} characters, without control characters`,
  ],
  boolean: [(value) => typeof value === 'boolean', 'must be true or false'],
  number: [(value) => typeof value === 'number', 'must be a number'],
  count: [(value) => Number.isSafeInteger(value) && Number(value) >= 1, 'must be a whole number from 1'],
  function: [(value) => typeof value === 'function', 'must be a function'],
};

/** Checks one positional argument. A missing one is a mistake too. */
export function argumentIssues(name: string, value: unknown, kind: SettingKind): readonly string[] {
  const [type, must] = kinds[kind];
  return type(value) ? [] : [`"${name}" ${must}`];
}

/** Values of a wrong kind. A setting that is left out is not a mistake. */
export function kindIssues(settings: unknown, of: Readonly<Record<string, SettingKind>>): readonly string[] {
  if (!isSettings(settings)) return [];
  return Object.entries(of).flatMap(([name, kind]) => {
    const value: unknown = Reflect.get(settings, name);
    return value === undefined ? [] : argumentIssues(name, value, kind);
  });
}
