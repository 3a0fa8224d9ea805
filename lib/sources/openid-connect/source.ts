import { createHash } from 'node:crypto';
import { randomToken } from '../../base/ids.js';
import { checkPackage } from '../../base/optional-package.js';
import { mergeDeep, textOf, type JsonObject } from '../../base/json.js';
import { refuseSettings } from '../../base/settings.js';
import type { ProviderDefinition, SourceParts } from '../../ports/source.js';
import { promptForChoice, createRememberedChoice } from '../account-choice.js';
import { codeOf, refuseErrors, type CallbackParameters } from '../callback-parameters.js';
import { currentSecret } from '../client-secret.js';
import { createSource, type SourceProtocol } from '../create-source.js';
import { defineSource } from '../define-source.js';
import { createIssuer, otherIssuer } from '../issuer.js';
import { SourceProblem } from '../problem.js';
import { createProviderHttp, defaultTimeoutMs } from '../provider-http.js';
import { createDiscovery, type ProviderMetadata } from './discovery.js';
import { idTokenAlgorithms, verifyIdToken, type IdToken } from './id-token.js';
import { openIdConnectIdentity } from './identity.js';
import { createKeySet } from './key-set.js';
import { exchangeCode, fetchUserInfo } from './provider-tokens.js';
import { openIdConnectIssues, type OpenIdConnectSettings } from './settings.js';
import { authorizationUrl, tokensOfCallback } from './strategy.js';

/**
 * Sign-in with a provider that supports OpenID Connect: authorization code with PKCE, nonce and single-use state. The
 * provider is first contacted for the first visitor; if it is down, the next visitor's request tries again.
 * @throws ERR_ENROLLMENT_CONFIG with all mistakes in `issues`, and without the package passport-openidconnect
 */
export function openIdConnectSource(settings: OpenIdConnectSettings): ProviderDefinition {
  refuseSettings('openIdConnectSource', settings, openIdConnectIssues(settings));
  return createOpenIdConnectSource(settings);
}

/** Ways in which a provider differs from OpenID Connect. */
export interface ProviderTraits {
  /** The person's id, from the verified token; default its `sub`. @throws SourceProblem where it is missing */
  readonly subject?: (token: IdToken) => string;
  /** Claims that come with the callback and are not signed: for display alone. */
  readonly unsignedClaims?: (parameters: CallbackParameters) => JsonObject;
}

/** A source from valid settings. @throws ERR_ENROLLMENT_CONFIG without the package */
export function createOpenIdConnectSource(
  settings: OpenIdConnectSettings,
  traits: ProviderTraits = {},
): ProviderDefinition {
  checkPackage('passport-openidconnect', 'openIdConnectSource');
  const posts = settings.responseMode === 'form_post';
  return defineSource(settings, { kind: 'openidconnect', posts }, (facts, parts) =>
    createSource(
      facts,
      parts,
      settings.enabled,
      createOpenIdConnectProtocol(settings, facts.callbackUrl, parts, traits),
    ),
  );
}

/** The authorization code flow of OpenID Connect Core 1.0 (3.1), with every answer verified. */
function createOpenIdConnectProtocol(
  settings: OpenIdConnectSettings,
  redirectUri: string,
  { clock, ephemeralStore }: SourceParts,
  { subject, unsignedClaims }: ProviderTraits,
): SourceProtocol {
  const {
    clientId,
    scope = ['openid', 'profile', 'email'],
    responseMode = 'query',
    timeoutMs = defaultTimeoutMs,
  } = settings;
  const { clientAuthentication, idTokenAlgorithms: algorithms = idTokenAlgorithms } = settings;
  const http = createProviderHttp(timeoutMs);
  const issuer = createIssuer(settings.issuer, settings.tenants);
  const discover = createDiscovery({ issuer, http, clock });
  const keys = createKeySet({ http, clock });
  const choices = createRememberedChoice(ephemeralStore, settings);

  const strategySettings = (metadata: ProviderMetadata) => ({
    issuer: issuer.configured,
    metadata,
    clientId,
    redirectUri,
    scope,
    responseMode: responseMode === 'query' ? null : responseMode,
    timeoutMs,
  });

  return {
    async begin({ state }, { loginHint, otherAccount }) {
      const metadata = await discover();
      const [nonce, verifier] = [randomToken(32), randomToken(32)];
      const known = settings.accountChoice ?? (metadata.choosesAccount ? 'select_account' : 'login');
      const choice = otherAccount === true && known === 'select_account' ? await choices.current() : known;
      const configured = settings.authorizationParameters?.['prompt'];
      const parameters = {
        ...hostedDomainHint(settings.hostedDomains),
        ...(loginHint === undefined ? {} : { login_hint: loginHint }),
        ...settings.authorizationParameters,
        ...(otherAccount === true ? { prompt: promptForChoice(configured, choice) } : {}),
        nonce,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      };
      const to = await authorizationUrl(strategySettings(metadata), state, parameters);
      return { to, kept: { nonce, verifier, ...(otherAccount === true ? { choice } : {}) } };
    },

    async finish(given, kept) {
      const iss = given.get('iss');
      if (iss !== undefined && !issuer.accepts(iss)) throw otherIssuer(iss, issuer.configured);
      await choices.noteRefusal(kept['choice'], given.get('error'));
      refuseErrors(given);
      const code = codeOf(given);
      const metadata = await discover();
      if (metadata.namesIssuer && iss === undefined) throw new SourceProblem('callback.issuer_missing');
      const nonce = textOf(kept, 'nonce', 100);
      const verifier = textOf(kept, 'verifier', 100);
      if (nonce === null || verifier === null) throw new SourceProblem('state.unknown', 'unreadable');

      const clientSecret = await currentSecret(settings.clientSecret, clock.now());
      const client = { clientId, clientSecret, clientAuthentication };
      const { idToken, accessToken } = await tokensOfCallback(strategySettings(metadata), code, (grant) =>
        exchangeCode(http, metadata, client, { code: grant, verifier, redirectUri }),
      );
      const { keysUrl, userInfoEndpoint } = metadata;
      const rules = { issuer, clientId, algorithms, nonce, keys, keysUrl, accessToken, now: clock.now() };
      const token = await verifyIdToken(idToken, rules);
      if (iss !== undefined && iss !== token.issuer) throw otherIssuer(iss, token.issuer);
      const asked = settings.userInfo !== false && userInfoEndpoint !== null;
      const userInfo = asked ? await fetchUserInfo(http, userInfoEndpoint, accessToken, token.subject) : {};
      const further = unsignedClaims === undefined ? userInfo : mergeDeep(unsignedClaims(given), userInfo);
      return openIdConnectIdentity(settings, token, further, subject);
    },
  };
}

/** Makes Google offer the accounts of the domain first; the token decides who gets access. */
function hostedDomainHint(domains: readonly string[] = []): { readonly hd?: string } {
  const [domain] = domains;
  if (domain === undefined) return {};
  return { hd: domains.length === 1 ? domain : '*' };
}
