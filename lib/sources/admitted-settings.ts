import { isSettings, nameIssues, type SettingNames } from '../base/setting-names.js';
import { ownPath } from '../base/target.js';
import { issue, issuerIssues, timeoutIssues } from './setting-checks.js';
import { namedIssues, namedNames, type NamedSettings } from './source-settings.js';

/** A sign-in that the app runs itself: its own callback of a provider, or what a proxy in front of it says. */
export interface AdmittedSettings extends NamedSettings {
  /**
   * Where a button leads: a path of the app from the root of the origin, such as `/auth/entra`, with a query if need be.
   * Default `null`: there is no button.
   */
  readonly loginPath?: string | null | undefined;
  /**
   * The issuer of every identity for which the app names none, such as `https://sso.corp.example`; kept beside every
   * identity.
   */
  readonly issuer: string;
  /** For the answer of the function that `admit` was given, in milliseconds; default 5,000, from 100 to 30,000. */
  readonly timeoutMs?: number | undefined;
}

/** Whether a path is one of the app does not depend on where the app is. */
const anywhere = { origin: 'https://app.invalid', mount: '', secure: true };

/** The path as a browser would ask for it; `null` where there is none, or none that is the app's. */
export function loginPathOf({ loginPath }: AdmittedSettings): string | null {
  const target = ownPath(anywhere, loginPath);
  return target !== null && 'path' in target ? target.path : null;
}

const names: SettingNames<AdmittedSettings> = {
  ...namedNames,
  loginPath: true,
  issuer: true,
  timeoutMs: true,
};

/** Every mistake, in the names too. */
export function admittedIssues(settings: AdmittedSettings): readonly string[] {
  const misnamed = nameIssues(settings, names);
  return isSettings(settings) ? [...misnamed, ...valueIssues(settings)] : misnamed;
}

function valueIssues(settings: AdmittedSettings): readonly string[] {
  const { loginPath, issuer, timeoutMs } = settings;
  return [
    ...namedIssues(settings),
    ...issue(
      loginPath === undefined || loginPath === null || loginPathOf(settings) !== null,
      '"loginPath" must be a path of the app, such as /auth/entra',
    ),
    ...issuerIssues(issuer),
    ...timeoutIssues(timeoutMs),
  ];
}
