import { isSettings, nameIssues, type SettingNames } from '../base/setting-names.js';
import { refuseSettings } from '../base/settings.js';
import { ownPath } from '../base/target.js';
import { withTimeout } from '../base/awaitable.js';
import type { AdmittedDefinition, AdmittedSource } from '../ports/source.js';
import { describeSource } from './define-source.js';
import { admitIdentity } from './parse-identity.js';
import { failureOf, SourceProblem } from './problem.js';
import { defaultTimeoutMs } from './provider-http.js';
import { issue, issuerIssues, timeoutIssues } from './setting-checks.js';
import { namedIssues, namedNames, type NamedSettings } from './source-settings.js';
import { alwaysOn, isOn } from './source-switch.js';

/**
 * A sign-in that the app runs itself: this source redirects no visitor and has no callback. The identity that the app
 * returns is checked and then treated like that of any other source.
 * @throws ERR_ENROLLMENT_CONFIG with all mistakes in `issues`
 */
export function admittedSource(settings: AdmittedSettings): AdmittedDefinition {
  refuseSettings('admittedSource', settings, admittedIssues(settings));
  const { issuer, enabled = alwaysOn, timeoutMs = defaultTimeoutMs } = settings;
  const described = describeSource(settings);
  const { slug, name } = described;
  const loginPath = loginPathOf(settings);
  return Object.freeze<AdmittedDefinition>({
    ...described,
    kind: 'admitted',
    loginPath,
    open({ log }) {
      return Object.freeze<AdmittedSource>({
        ...described,
        kind: 'admitted',
        loginPath,
        hasButton: loginPath !== null,
        enabled: () => isOn(enabled, { slug, log }),
        async answered(ask) {
          const late = new SourceProblem('provider.slow', 'admit');
          return withTimeout(
            timeoutMs,
            async () => ({ said: await ask() }),
            () => late,
          ).catch((error: unknown) => {
            if (error === late) return failureOf(late, name);
            throw error;
          });
        },
        identify: (said) => admitIdentity({ slug, name, issuer }, said),
      });
    },
  });
}

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
function loginPathOf({ loginPath }: AdmittedSettings): string | null {
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
function admittedIssues(settings: AdmittedSettings): readonly string[] {
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
