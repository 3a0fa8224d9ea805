import type { JsonObject } from '../base/json.js';
import { parseJson } from './json-text.js';
import { SourceProblem } from './problem.js';
import type { ProviderHttp } from './provider-http.js';

/** Fetches what the provider says beside the token, only about the token's subject. @throws SourceProblem */
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
