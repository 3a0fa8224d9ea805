import { createHash } from 'node:crypto';
import { randomToken } from '../../base/ids.js';
import { textOf } from '../../base/json.js';
import type { PassportIdentity, SourceParts } from '../../ports/source.js';
import { codeOf, refuseErrors } from '../callback-parameters.js';
import { currentSecret, type ClientSecret } from '../client-secret.js';
import type { SourceProtocol } from '../create-source.js';
import { otherIssuer } from '../issuer.js';
import { parseIdentity } from '../parse-identity.js';
import { SourceProblem } from '../problem.js';
import { createProviderHttp } from '../provider-http.js';
import { requestTokens } from '../token-request.js';
import { createProfileRequests, type ProfileRequests } from './profile-requests.js';

/** A provider that supports OAuth 2.0 and not OpenID Connect: what a person is called comes from its own API. */
export interface OAuth2Provider {
  /** Stored with every identity; an answer that names another one (RFC 9207) is refused. */
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  /** The parameter that prefills an account; null where there is none. */
  readonly hintParameter: string | null;
  /** Parameters that offer a choice of accounts. */
  readonly accountChoice: Readonly<Record<string, string>>;
  /** Asks the provider's API with the token of this sign-in. @throws SourceProblem */
  identity(api: ProfileRequests): Promise<PassportIdentity>;
}

interface OAuth2Client {
  readonly slug: string;
  readonly clientId: string;
  readonly clientSecret: ClientSecret;
  readonly scope: readonly string[];
  readonly redirectUri: string;
  readonly timeoutMs: number | undefined;
}

/** The authorization code grant (RFC 6749, 4.1) with PKCE (RFC 7636). */
export function createOAuth2Protocol(
  provider: OAuth2Provider,
  { slug, clientId, clientSecret: secret, scope, redirectUri, timeoutMs }: OAuth2Client,
  { clock }: Pick<SourceParts, 'clock'>,
): SourceProtocol {
  const { issuer, authorizationEndpoint, tokenEndpoint, hintParameter, accountChoice } = provider;
  const http = createProviderHttp(timeoutMs);

  return {
    begin({ state }, { loginHint, otherAccount }) {
      const verifier = randomToken(32);
      const to = new URL(authorizationEndpoint);
      const parameters = {
        ...(hintParameter === null || loginHint === undefined ? {} : { [hintParameter]: loginHint }),
        ...(otherAccount === true ? accountChoice : {}),
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: scope.join(' '),
        state,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      };
      for (const [name, value] of Object.entries(parameters)) to.searchParams.set(name, value);
      return Promise.resolve({ to: to.href, kept: { verifier } });
    },

    async finish(given, kept) {
      const iss = given.get('iss');
      if (iss !== undefined && iss !== issuer) throw otherIssuer(iss, issuer);
      refuseErrors(given);
      const code = codeOf(given);
      const verifier = textOf(kept, 'verifier', 100);
      if (verifier === null) throw new SourceProblem('state.unknown', 'unreadable');
      const client = { clientId, clientSecret: await currentSecret(secret, clock.now()) };
      const exchange = { code, verifier, redirectUri };
      const { accessToken } = await requestTokens(http, { tokenEndpoint, takesBasic: false }, client, exchange);
      return parseIdentity({ slug, issuer }, await provider.identity(createProfileRequests(http, accessToken)));
    },
  };
}
