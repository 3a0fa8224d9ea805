import type { ProviderDefinition } from '../../ports/source.js';
import { baseUrlIssues, baseUrlOf } from './naming.js';
import { createOpenIdProvider, type OpenIdProviderSettings } from './openid-provider.js';

interface GoogleSettings extends OpenIdProviderSettings {
  /** The Workspace domains whose accounts are accepted, from the signed token alone; default every Google account. */
  readonly hostedDomains?: readonly string[] | undefined;
  /** A stand-in for tests; default `https://accounts.google.com`. */
  readonly baseUrl?: string | undefined;
}

/**
 * Sign-in with Google. The subject is `sub`. An address counts as verified if `email_verified` is `true`; Google suggests
 * no username.
 * @throws ERR_ENROLLMENT_CONFIG with all mistakes in `issues`
 */
export function googleSource(settings: GoogleSettings): ProviderDefinition {
  return createOpenIdProvider(settings, {
    factory: 'googleSource',
    slug: 'google',
    name: 'Google',
    names: { hostedDomains: true, baseUrl: true },
    issues: ({ baseUrl }) => baseUrlIssues(baseUrl),
    complete: ({ baseUrl, ...others }) => ({ ...others, issuer: baseUrlOf(baseUrl, 'https://accounts.google.com') }),
  });
}
