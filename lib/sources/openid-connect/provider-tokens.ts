import { parseJson, textOf, type JsonObject } from '../../base/json.js';
import type { Secret } from '../../base/secret.js';
import { SourceProblem } from '../problem.js';
import type { ProviderHttp } from '../provider-http.js';
import type { ProviderMetadata } from './discovery.js';

interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** How the secret is sent; default: by HTTP Basic if the provider accepts that. */
  readonly clientAuthentication?: 'basic' | 'post' | undefined;
}

interface Exchange {
  readonly code: string;
  /** PKCE (RFC 7636). */
  readonly verifier: string;
  readonly redirectUri: string;
}

/** The needed parts of the provider's tokens, kept only during this sign-in. */
export interface Tokens {
  readonly idToken: string;
  readonly accessToken: string;
}

const longestToken = 32_768;

/** Exchanges the code for tokens. @throws SourceProblem */
export async function exchangeCode(
  http: ProviderHttp,
  { tokenEndpoint, takesBasic }: ProviderMetadata,
  { clientId, clientSecret, clientAuthentication = takesBasic ? 'basic' : 'post' }: ClientCredentials,
  { code, verifier, redirectUri }: Exchange,
): Promise<Tokens> {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: redirectUri,
  });
  const headers: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
  };
  if (clientAuthentication === 'basic') {
    headers['authorization'] = basic(clientId, clientSecret.reveal());
  } else {
    body.set('client_id', clientId);
    body.set('client_secret', clientSecret.reveal());
  }
  const { status, text } = await http({
    what: 'token',
    url: tokenEndpoint,
    method: 'POST',
    headers,
    body: String(body),
  });
  const answer = parseJson(text);
  if (status >= 500) throw new SourceProblem('provider.away', `token: ${status}`);
  if (status !== 200)
    throw new SourceProblem('token.refused', textOf(answer ?? {}, 'error', 100) ?? `token: ${status}`);
  if (answer === null) throw new SourceProblem('token.malformed', 'not JSON');
  const accessToken = textOf(answer, 'access_token', longestToken);
  // It is sent in a header.
  if (accessToken === null || !/^[\x21-\x7e]+$/.test(accessToken))
    throw new SourceProblem('token.malformed', 'access_token');
  if (textOf(answer, 'token_type', 20)?.toLowerCase() !== 'bearer')
    throw new SourceProblem('token.malformed', 'token_type');
  const idToken = textOf(answer, 'id_token', longestToken);
  if (idToken === null) throw new SourceProblem('id_token.missing');
  return { idToken, accessToken };
}

/** Both parts are form-encoded before they are joined (RFC 6749, 2.3.1). */
function basic(id: string, secret: string): string {
  const encoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);
  return `Basic ${Buffer.from(`${encoded(id)}:${encoded(secret)}`).toString('base64')}`;
}

/** Fetches the UserInfo claims, only for the token's subject. @throws SourceProblem */
export async function fetchUserInfo(
  http: ProviderHttp,
  url: string,
  accessToken: string,
  subject: string,
): Promise<JsonObject> {
  const headers = { accept: 'application/json', authorization: `Bearer ${accessToken}` };
  const { status, text } = await http({ what: 'userinfo', url, headers });
  if (status >= 500) throw new SourceProblem('provider.away', `userinfo: ${status}`);
  if (status !== 200) throw new SourceProblem('user_info.refused', `userinfo: ${status}`);
  const claims = parseJson(text);
  if (claims === null) throw new SourceProblem('user_info.malformed');
  if (claims['sub'] !== subject) throw new SourceProblem('user_info.subject');
  return claims;
}
