import { didYouMean } from './did-you-mean.js';

/** Each name that a settings object may have; a name that is missing here does not compile. */
export type SettingNames<S> = { readonly [K in keyof Required<S>]: true };

/** Unknown names. For factories that check values with their own functions; the others use `settingsCheck`. */
export function nameIssues<S>(settings: unknown, names: SettingNames<S>): readonly string[] {
  if (!isSettings(settings)) return ['"settings" must be of type object'];
  const known = Object.keys(names);
  return Object.keys(settings)
    .filter((name) => !known.includes(name))
    .map((name) => `"${name}" is not allowed${didYouMean(name, known)}`);
}

/** True for a value that can be a settings object, so that its values can be checked. */
export function isSettings(settings: unknown): settings is object {
  return typeof settings === 'object' && settings !== null && !Array.isArray(settings);
}
