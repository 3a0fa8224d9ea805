import type { ProviderDefinition } from '../../ports/source.js';
import { baseUrlOf, requiredBaseUrlIssues } from './naming.js';
import { createOpenIdProvider, type OpenIdProviderSettings } from './openid-provider.js';

interface Auth0Settings extends OpenIdProviderSettings {
  /** The tenant's domain as a URL, or the custom domain: `https://acme.eu.auth0.com`. */
  readonly baseUrl: string;
}

/**
 * Sign-in with Auth0. The subject is `sub`. An address counts as verified if `email_verified` is `true`; the username is
 * `nickname`.
 * @throws ERR_ENROLLMENT_CONFIG with all mistakes in `issues`
 */
export function auth0Source(settings: Auth0Settings): ProviderDefinition {
  return createOpenIdProvider(settings, {
    factory: 'auth0Source',
    slug: 'auth0',
    name: 'Auth0',
    names: { baseUrl: true },
    issues: ({ baseUrl }) => requiredBaseUrlIssues(baseUrl),
    // Auth0 writes its issuer with a slash at the end.
    complete: ({ baseUrl, ...others }) => ({ ...others, issuer: `${baseUrlOf(baseUrl)}/` }),
  });
}
