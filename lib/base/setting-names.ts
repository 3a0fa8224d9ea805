import { didYouMean } from './did-you-mean.js';

/** Each name that a settings object may have; a name that is missing here does not compile. */
export type SettingNames<S> = { readonly [K in keyof Required<S>]: true };

/** Names that no setting has. For factories that check values by functions of their own; others have `settingsCheck`. */
export function nameIssues<S>(settings: unknown, names: SettingNames<S>): readonly string[] {
  if (!isSettings(settings)) return ['"settings" must be of type object'];
  const known = Object.keys(names);
  return Object.keys(settings)
    .filter((name) => !known.includes(name))
    .map((name) => `"${name}" is not allowed${didYouMean(name, known)}`);
}

/** True for what may be settings at all: their values can then be looked at. */
export function isSettings(settings: unknown): settings is object {
  return typeof settings === 'object' && settings !== null && !Array.isArray(settings);
}
