import { refuseSettings } from '../base/settings.js';
import type { ProviderDefinition } from '../ports/source.js';
import { createSource } from './create-source.js';
import { openIdConnectIssues, type OpenIdConnectSettings } from './open-id-connect-settings.js';
import { createOpenIdConnectProtocol } from './open-id-connect-protocol.js';
import { defineSource } from './define-source.js';

/**
 * Sign-in with a provider that supports OpenID Connect: authorization code with PKCE, nonce and single-use state. The
 * provider is first contacted for the first visitor; if it is down, the next visitor's request tries again.
 * @throws ERR_ENROLLMENT_CONFIG with all mistakes in `issues`
 */
export function openIdConnectSource(settings: OpenIdConnectSettings): ProviderDefinition {
  refuseSettings('openIdConnectSource', settings, openIdConnectIssues(settings));
  const posts = settings.responseMode === 'form_post';
  return defineSource(settings, { kind: 'openidconnect', posts }, (facts, parts) =>
    createSource(facts, parts, settings.enabled, createOpenIdConnectProtocol(settings, facts.callbackUrl, parts)),
  );
}
