import { parseJson, parseJsonList, type Json, type JsonObject } from '../../base/json.js';
import { SourceProblem } from '../problem.js';
import type { ProviderHttp } from '../provider-http.js';

/** Requests to a provider's API in the name of the person who is signing in. */
export interface ProfileRequests {
  /** @throws SourceProblem where the answer is not a record */
  record(url: string): Promise<JsonObject>;
  /** Null where the token may not see it (403 or 404). @throws SourceProblem where the answer is not a list */
  list(url: string): Promise<readonly Json[] | null>;
}

export function createProfileRequests(http: ProviderHttp, accessToken: string): ProfileRequests {
  // GitHub refuses requests without a user agent.
  const headers = {
    accept: 'application/json',
    authorization: `Bearer ${accessToken}`,
    'user-agent': 'express-enrollment',
  };

  async function ask(url: string): Promise<{ readonly status: number; readonly text: string }> {
    const { status, text } = await http({ what: 'userinfo', url, headers });
    if (status >= 500) throw new SourceProblem('provider.away', `userinfo: ${status}`);
    return { status, text };
  }

  return {
    async record(url) {
      const { status, text } = await ask(url);
      if (status !== 200) throw new SourceProblem('user_info.refused', `userinfo: ${status}`);
      const record = parseJson(text);
      if (record === null) throw new SourceProblem('user_info.malformed');
      return record;
    },
    async list(url) {
      const { status, text } = await ask(url);
      if (status === 403 || status === 404) return null;
      if (status !== 200) throw new SourceProblem('user_info.refused', `userinfo: ${status}`);
      const list = parseJsonList(text);
      if (list === null) throw new SourceProblem('user_info.malformed');
      return list;
    },
  };
}
