import { withTimeout } from '../base/with-timeout.js';
import { admittedIssues, loginPathOf, type AdmittedSettings } from './admitted-settings.js';
import { refuseSettings } from '../base/settings.js';
import { describeSource } from './define-source.js';
import { failureOf, SourceProblem } from './problem.js';
import { defaultTimeoutMs } from './provider-http.js';
import { admitIdentity } from './parse-identity.js';
import type { AdmittedDefinition, AdmittedSource } from '../ports/source.js';
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
          const asked = (async () => ({ said: await ask() }))();
          return withTimeout(timeoutMs, asked, () => late).catch((error: unknown) => {
            if (error === late) return failureOf(late, name);
            throw error;
          });
        },
        identify: (said) => admitIdentity({ slug, name, issuer }, said),
      });
    },
  });
}
