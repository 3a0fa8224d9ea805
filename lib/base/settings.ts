import Joi from 'joi';
import { configError } from './config-error.js';
import { schemaIssues } from './schema-issues.js';

/** One rule for each setting of `S`. A setting without a rule does not compile. */
export type SettingRules<S> = { readonly [K in keyof Required<S>]: Joi.Schema };

/** Receives Joi, so that rules are compiled at the first use, and always with the kit's own Joi. */
export type RulesOf<S> = (joi: Joi.Root) => SettingRules<S>;

/**
 * The check of a factory's settings. It throws at once, with all mistakes.
 * @throws ERR_ENROLLMENT_CONFIG with a sentence in `issues` for each mistake: an unknown name, a wrong kind, a missing one
 */
export function settingsCheck<S extends object>(factory: string, rulesOf: RulesOf<S>): (settings: unknown) => void {
  const issuesOf = schemaCheck((joi) => joi.object({ ...rulesOf(joi) }));
  return (settings) => {
    refuseSettings(factory, settings, issuesOf(settings));
  };
}

/** Finds the mistakes of any settings. The schema is created once, at the first use. */
export function schemaCheck(schemaOf: (joi: Joi.Root) => Joi.ObjectSchema): (settings: unknown) => readonly string[] {
  let schema: Joi.ObjectSchema | undefined;
  return (settings) => {
    schema ??= schemaOf(Joi).required().label('settings');
    return schemaIssues(schema, settings);
  };
}

/** @throws ERR_ENROLLMENT_CONFIG where there are issues; each is reported with the factory and the name of what it makes */
export function refuseSettings(factory: string, settings: unknown, issues: readonly string[]): void {
  if (issues.length === 0) return;
  const name = nameOf(settings);
  const subject = name === null ? factory : `${factory} '${name}'`;
  throw configError(issues.map((issue) => `${subject}: ${issue}`));
}

/** The name by which a developer finds the setting among several of the same kind. */
function nameOf(settings: unknown): string | null {
  if (typeof settings !== 'object' || settings === null) return null;
  const names: readonly unknown[] = ['slug', 'name', 'key'].map((name): unknown => Reflect.get(settings, name));
  return names.find((name): name is string => typeof name === 'string' && name !== '') ?? null;
}
