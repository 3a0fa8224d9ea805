import type { Schema } from 'joi';

/** The rule for an option, and its value in the configuration where the app leaves it out. */
type OptionRule<Given> = { readonly schema: Schema } & (undefined extends Given
  ? { readonly default: Exclude<Given, undefined> | null } | { resolve(given: Given, baseUrl: URL): unknown }
  : unknown);

/** A rule for each option of a group: an option without one does not compile. */
export type OptionRules<Options> = { readonly [Name in keyof Options]-?: OptionRule<Options[Name]> };

type Resolved<Given, Rule> = Rule extends { resolve(...args: never): infer Value }
  ? Value
  : Exclude<Given, undefined> | (Rule extends { readonly default: null } ? null : never);

/** Options with their defaults; `null` where an option has none and was left out. */
export type ResolvedOptions<Options, Rules> = {
  readonly [Name in keyof Options & keyof Rules]: Resolved<Options[Name], Rules[Name]>;
};

interface AnyRule {
  readonly default?: unknown;
  resolve?(given: unknown, baseUrl: URL): unknown;
}

/** Fills in the defaults. Lists are copied and frozen, so that the app cannot change them afterwards. */
export function resolveOptions<Options extends object, Rules>(
  options: Options,
  rules: Rules & OptionRules<Options>,
  baseUrl: URL,
): ResolvedOptions<Options, Rules>;
export function resolveOptions(options: object, rules: Readonly<Record<string, AnyRule>>, baseUrl: URL): object {
  const valueOf = (name: string, rule: AnyRule): unknown => {
    const given: unknown = Reflect.get(options, name);
    const value = rule.resolve === undefined ? (given ?? rule.default) : rule.resolve(given, baseUrl);
    return Array.isArray(value) ? Object.freeze([...(value as readonly unknown[])]) : value;
  };
  return Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, valueOf(name, rule)]));
}
