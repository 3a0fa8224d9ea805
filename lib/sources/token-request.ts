import { textOf, parseJson, type JsonObject } from '../base/json.js';
import type { Secret } from '../base/secret.js';
import { SourceProblem } from './problem.js';
import type { ProviderHttp } from './provider-http.js';

export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** How the secret is sent; default: by HTTP Basic if the provider accepts that. */
  readonly clientAuthentication?: 'basic' | 'post' | undefined;
}

export interface Exchange {
  readonly code: string;
  /** PKCE (RFC 7636). */
  readonly verifier: string;
  readonly redirectUri: string;
}

interface TokenAnswer {
  readonly accessToken: string;
  readonly answer: JsonObject;
}

export const longestToken = 32_768;

/** Exchanges the code for an access token (RFC 6749, 4.1.3). @throws SourceProblem */
export async function requestTokens(
  http: ProviderHttp,
  { tokenEndpoint, takesBasic }: { readonly tokenEndpoint: string; readonly takesBasic: boolean },
  { clientId, clientSecret, clientAuthentication = takesBasic ? 'basic' : 'post' }: ClientCredentials,
  { code, verifier, redirectUri }: Exchange,
): Promise<TokenAnswer> {
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
  // GitHub answers a refused code with 200.
  if (answer['error'] !== undefined)
    throw new SourceProblem('token.refused', textOf(answer, 'error', 100) ?? 'an error without a name');
  const accessToken = textOf(answer, 'access_token', longestToken);
  // It is sent in a header.
  if (accessToken === null || !/^[\x21-\x7e]+$/.test(accessToken))
    throw new SourceProblem('token.malformed', 'access_token');
  if (textOf(answer, 'token_type', 20)?.toLowerCase() !== 'bearer')
    throw new SourceProblem('token.malformed', 'token_type');
  return { accessToken, answer };
}

/** Both parts are form-encoded before they are joined (RFC 6749, 2.3.1). */
function basic(id: string, secret: string): string {
  const encoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);
  return `Basic ${Buffer.from(`${encoded(id)}:${encoded(secret)}`).toString('base64')}`;
}
