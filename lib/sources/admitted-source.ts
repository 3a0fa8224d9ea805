import type { AdmittedSource } from './admitted.js';
import { admittedIssues, loginPathOf, type AdmittedSettings } from './admitted-settings.js';
import { namedOf, refuseMistakes } from './define-source.js';
import type { AdmittedDefinition } from './definition.js';
import { admitIdentity } from './said-identity.js';
import { alwaysOn, isOn } from './source-switch.js';

/**
 * A sign-in that the app runs itself: nobody is sent anywhere from here, and there is no callback. What the app says of
 * somebody is checked and then treated as what any other source says.
 */
export function admittedSource(settings: AdmittedSettings): AdmittedDefinition {
  const { issuer, enabled = alwaysOn } = settings;
  const named = namedOf(settings);
  const issues = Object.freeze([...admittedIssues(settings)]);
  const loginPath = loginPathOf(settings);
  return Object.freeze<AdmittedDefinition>({
    ...named,
    kind: 'admitted',
    loginPath,
    issues,
    open() {
      refuseMistakes(named.slug, issues);
      return Object.freeze<AdmittedSource>({
        ...named,
        kind: 'admitted',
        loginPath,
        enabled: () => isOn(enabled),
        identify: (said) => admitIdentity({ slug: named.slug, name: named.name, issuer }, said),
      });
    },
  });
}
