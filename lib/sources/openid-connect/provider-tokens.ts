import { parseJson, textOf, type JsonObject } from '../../base/json.js';
import { SourceProblem } from '../problem.js';
import type { ProviderHttp } from '../provider-http.js';
import { longestToken, requestTokens, type ClientCredentials, type Exchange } from '../token-request.js';
import type { ProviderMetadata } from './discovery.js';

/** The needed parts of the provider's tokens, kept only during this sign-in. */
export interface Tokens {
  readonly idToken: string;
  readonly accessToken: string;
}

/** Exchanges the code for tokens. @throws SourceProblem */
export async function exchangeCode(
  http: ProviderHttp,
  metadata: ProviderMetadata,
  client: ClientCredentials,
  exchange: Exchange,
): Promise<Tokens> {
  const { accessToken, answer } = await requestTokens(http, metadata, client, exchange);
  const idToken = textOf(answer, 'id_token', longestToken);
  if (idToken === null) throw new SourceProblem('id_token.missing');
  return { idToken, accessToken };
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
