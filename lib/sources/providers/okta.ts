import type { ProviderDefinition } from '../../ports/source.js';
import { isText, issue, optional } from '../setting-checks.js';
import { baseUrlOf, requiredBaseUrlIssues } from './naming.js';
import { createOpenIdProvider, type OpenIdProviderSettings } from './openid-provider.js';

interface OktaSettings extends OpenIdProviderSettings {
  /** The organization's domain as a URL, or the custom domain: `https://acme.okta.com`. */
  readonly baseUrl: string;
  /** The id of a custom authorization server, such as `default`; left out: the organization's own. */
  readonly authorizationServer?: string | undefined;
}

/**
 * Sign-in with Okta. The subject is `sub`. An address counts as verified if `email_verified` is `true`, which is as good
 * as the care of the organization's administrators.
 * @throws ERR_ENROLLMENT_CONFIG with all mistakes in `issues`
 */
export function oktaSource(settings: OktaSettings): ProviderDefinition {
  return createOpenIdProvider(settings, {
    factory: 'oktaSource',
    slug: 'okta',
    name: 'Okta',
    names: { baseUrl: true, authorizationServer: true },
    issues: ({ baseUrl, authorizationServer }) => [
      ...requiredBaseUrlIssues(baseUrl),
      ...issue(
        optional(authorizationServer, (value) => isText(value) && /^\w+$/.test(value)),
        '"authorizationServer" must be an id, such as default',
      ),
    ],
    complete: ({ baseUrl, authorizationServer, ...others }) => ({
      ...others,
      issuer:
        baseUrlOf(baseUrl) + (isText(authorizationServer) ? `/oauth2/${authorizationServer.replace(/\W/g, '')}` : ''),
    }),
  });
}
