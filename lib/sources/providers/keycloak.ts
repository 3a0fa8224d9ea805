import type { ProviderDefinition } from '../../ports/source.js';
import { isText, issue } from '../setting-checks.js';
import { baseUrlOf, requiredBaseUrlIssues } from './naming.js';
import { createOpenIdProvider, type OpenIdProviderSettings } from './openid-provider.js';

interface KeycloakSettings extends OpenIdProviderSettings {
  /** The server, such as `https://id.example`; with `/auth` if it was set up with that path. */
  readonly baseUrl: string;
  readonly realm: string;
}

/**
 * Sign-in with a realm of Keycloak. The subject is `sub`. An address counts as verified if `email_verified` is `true`;
 * the username is `preferred_username`.
 * @throws ERR_ENROLLMENT_CONFIG with all mistakes in `issues`
 */
export function keycloakSource(settings: KeycloakSettings): ProviderDefinition {
  return createOpenIdProvider(settings, {
    factory: 'keycloakSource',
    slug: 'keycloak',
    name: 'Keycloak',
    names: { baseUrl: true, realm: true },
    issues: ({ baseUrl, realm }) => [
      ...requiredBaseUrlIssues(baseUrl),
      ...issue(isText(realm) && /^[^/?#{}]+$/.test(realm), '"realm" must be the name of a realm'),
    ],
    complete: ({ baseUrl, realm, ...others }) => ({
      ...others,
      issuer: `${baseUrlOf(baseUrl)}/realms/${isText(realm) ? encodeURIComponent(realm) : 'realm'}`,
    }),
  });
}
