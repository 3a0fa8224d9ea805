import type { ProviderDefinition } from '../../ports/source.js';
import { baseUrlIssues, baseUrlOf } from './naming.js';
import { createOpenIdProvider, type OpenIdProviderSettings } from './openid-provider.js';

interface GitLabSettings extends OpenIdProviderSettings {
  /** Your own installation; default `https://gitlab.com`. */
  readonly baseUrl?: string | undefined;
}

/**
 * Sign-in with GitLab. The subject is `sub`, the user's number. An address counts as verified if `email_verified` is
 * `true`; the username is `nickname`.
 * @throws ERR_ENROLLMENT_CONFIG with all mistakes in `issues`
 */
export function gitlabSource(settings: GitLabSettings): ProviderDefinition {
  return createOpenIdProvider(settings, {
    factory: 'gitlabSource',
    slug: 'gitlab',
    name: 'GitLab',
    names: { baseUrl: true },
    issues: ({ baseUrl }) => baseUrlIssues(baseUrl),
    complete: ({ baseUrl, ...others }) => ({ ...others, issuer: baseUrlOf(baseUrl, 'https://gitlab.com') }),
  });
}
