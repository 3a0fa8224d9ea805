import { createHash } from 'node:crypto';
import { randomToken } from '../base/ids.js';
import { isSecret, Secret } from '../base/secret.js';
import { promptForChoice } from './account-choice.js';
import { codeOf, refuseErrors, type CallbackParameters } from './callback-parameters.js';
import { createCheckedStrategy, type CheckedSignIn } from './checked-strategy.js';
import type { SourceProtocol } from './create-source.js';
import { createDiscovery } from './discovery.js';
import { driveStrategy, type StrategyOutcome } from './drive-strategy.js';
import { idTokenAlgorithms, verifyIdToken } from './id-token.js';
import { createIssuer, otherIssuer } from './issuer.js';
import { textOf } from './json-text.js';
import { createKeySet } from './key-set.js';
import { openIdConnectIdentity } from './open-id-connect-identity.js';
import type { OpenIdConnectSettings } from './open-id-connect-settings.js';
import { problemOfOutcome, SourceProblem } from './problem.js';
import { createRememberedChoice } from './remembered-choice.js';
import { createProviderHttp, defaultTimeoutMs } from './provider-http.js';
import type { SourceIdentity, SourceParts } from '../ports/source.js';
import { strategyRequest } from './strategy-request.js';
import { exchangeCode } from './token-exchange.js';
import { fetchUserInfo } from './user-info.js';

/** The authorization code flow of OpenID Connect Core 1.0 (3.1), every answer checked. */
export function createOpenIdConnectProtocol(
  settings: OpenIdConnectSettings,
  redirectUri: string,
  { clock, ephemeralStore }: SourceParts,
): SourceProtocol {
  const {
    clientId,
    scope = ['openid', 'profile', 'email'],
    responseMode = 'query',
    timeoutMs = defaultTimeoutMs,
  } = settings;
  const { clientSecret: secret, clientAuthentication, idTokenAlgorithms: algorithms = idTokenAlgorithms } = settings;
  const clientSecret = isSecret(secret) ? secret : new Secret(secret);
  const http = createProviderHttp(timeoutMs);
  const issuer = createIssuer(settings.issuer, settings.tenants);
  const discover = createDiscovery({ issuer, http, clock });
  const keys = createKeySet({ http, clock });
  const choices = createRememberedChoice(ephemeralStore, settings);

  async function drive(
    signIn: Pick<CheckedSignIn, 'metadata' | 'state' | 'nonce' | 'parameters' | 'redeem'>,
    parameters: CallbackParameters,
  ): Promise<StrategyOutcome> {
    const mode = responseMode === 'query' ? null : responseMode;
    const strategy = await createCheckedStrategy({
      ...signIn,
      issuer: issuer.configured,
      clientId,
      redirectUri,
      scope,
      responseMode: mode,
    });
    // At the most four answers of the provider, each with a deadline of its own.
    const deadlineMs = 5 * timeoutMs;
    return driveStrategy({ strategy, request: strategyRequest(redirectUri, parameters, {}), options: {}, deadlineMs });
  }

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
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      };
      const redeem = (): Promise<never> => Promise.reject(new SourceProblem('callback.code_missing'));
      const outcome = await drive({ metadata, state, nonce, parameters, redeem }, new Map());
      if (outcome.type !== 'redirect') throw problemOfOutcome(outcome);
      return { to: outcome.to, kept: { nonce, verifier, ...(otherAccount === true ? { choice } : {}) } };
    },

    async finish(given, kept) {
      const iss = given.get('iss');
      if (iss !== undefined && !issuer.accepts(iss)) throw otherIssuer(iss, issuer.configured);
      await choices.noteRefusal(kept['choice'], given.get('error'));
      refuseErrors(given);
      const parameters = new Map([['code', codeOf(given)]]);
      const metadata = await discover();
      if (metadata.namesIssuer && iss === undefined) throw new SourceProblem('callback.issuer_missing');
      const nonce = textOf(kept, 'nonce', 100);
      const verifier = textOf(kept, 'verifier', 100);
      if (nonce === null || verifier === null) throw new SourceProblem('state.unknown', 'unreadable');

      let identity: SourceIdentity | null = null;
      const redeem: CheckedSignIn['redeem'] = async (code) => {
        const client = { clientId, clientSecret, clientAuthentication };
        const { idToken, accessToken } = await exchangeCode(http, metadata, client, { code, verifier, redirectUri });
        const { keysUrl, userInfoEndpoint } = metadata;
        const rules = { issuer, clientId, algorithms, nonce, keys, keysUrl, accessToken, now: clock.now() };
        const token = await verifyIdToken(idToken, rules);
        if (iss !== undefined && iss !== token.issuer) throw otherIssuer(iss, token.issuer);
        const asked = settings.userInfo !== false && userInfoEndpoint !== null;
        const userInfo = asked ? await fetchUserInfo(http, userInfoEndpoint, accessToken, token.subject) : {};
        identity = openIdConnectIdentity(settings, token, userInfo);
        // The strategy knows one issuer, with the place for the tenant in it.
        return { ...token.claims, iss: issuer.configured };
      };
      const outcome = await drive({ metadata, state: '', nonce, parameters: {}, redeem }, parameters);
      if (outcome.type !== 'success' || identity === null) throw problemOfOutcome(outcome);
      return identity;
    },
  };
}

/** Google offers the accounts of the domain first; who is let in is decided by the token. */
function hostedDomainHint(domains: readonly string[] = []): { readonly hd?: string } {
  const [domain] = domains;
  if (domain === undefined) return {};
  return { hd: domains.length === 1 ? domain : '*' };
}
