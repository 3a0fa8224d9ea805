import { isSettings, nameIssues, type SettingNames } from '../base/setting-names.js';
import { ownPath } from '../base/target.js';
import { issue, issuerIssues, timeoutIssues } from './setting-checks.js';
import { namedIssues, namedNames, type NamedSettings } from './source-settings.js';

/**
 * A sign-in that the app runs itself: its own callback of a provider, or the identity that a proxy in front of it
 * reports.
 */
export interface AdmittedSettings extends NamedSettings {
  /**
   * The target of the source's button: a path of the app from the root of the origin, such as `/auth/entra`, optionally
   * with a query. Default `null`: there is no button.
   */
  readonly loginPath?: string | null | undefined;
  /**
   * The issuer of every identity for which the app names none, such as `https://sso.corp.example`; it is stored with
   * every identity.
   */
  readonly issuer: string;
  /** Time limit for the function passed to `admit`, in milliseconds; default 5,000, from 100 to 30,000. */
  readonly timeoutMs?: number | undefined;
}

/** Whether a path belongs to the app does not depend on the app's origin. */
const anywhere = { origin: 'https://app.invalid', mount: '', secure: true };

/** The path as a browser would request it; `null` if there is none, or if it does not belong to the app. */
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

/** Returns all mistakes, including unknown names. */
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
