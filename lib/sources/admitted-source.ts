import { withTimeout } from '../base/with-timeout.js';
import type { AdmittedSource } from '../ports/admitted-source.js';
import { admittedIssues, loginPathOf, type AdmittedSettings } from './admitted-settings.js';
import { refuseSettings } from '../base/settings.js';
import { namedOf } from './define-source.js';
import type { AdmittedDefinition } from '../ports/source-definition.js';
import { failureOf, SourceProblem } from './problem.js';
import { defaultTimeoutMs } from './provider-http.js';
import { admitIdentity } from './parse-identity.js';
import { alwaysOn, isOn } from './source-switch.js';

/**
 * A sign-in that the app runs itself: this source redirects no visitor and has no callback. What the app says of
 * somebody is checked and then treated as what any other source says.
 * @throws ERR_ENROLLMENT_CONFIG with all mistakes in `issues`
 */
export function admittedSource(settings: AdmittedSettings): AdmittedDefinition {
  refuseSettings('admittedSource', settings, admittedIssues(settings));
  const { issuer, enabled = alwaysOn, timeoutMs = defaultTimeoutMs } = settings;
  const named = namedOf(settings);
  const loginPath = loginPathOf(settings);
  return Object.freeze<AdmittedDefinition>({
    ...named,
    kind: 'admitted',
    loginPath,
    open({ log }) {
      return Object.freeze<AdmittedSource>({
        ...named,
        kind: 'admitted',
        loginPath,
        enabled: () => isOn(enabled, { slug: named.slug, log }),
        async answered(ask) {
          const late = new SourceProblem('provider.slow', 'admit');
          const asked = (async () => ({ said: await ask() }))();
          return withTimeout(timeoutMs, asked, () => late).catch((error: unknown) => {
            if (error === late) return failureOf(late, named.name);
            throw error;
          });
        },
        identify: (said) => admitIdentity({ slug: named.slug, name: named.name, issuer }, said),
      });
    },
  });
}
