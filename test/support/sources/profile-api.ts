import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from '../hostile-provider.js';

/** An answer of the API: its status and its body. */
export type ProfileAnswer = readonly [status: number, body: unknown];

/** A provider in this process that supports OAuth 2.0 alone: GitHub and Discord are imitated with it. */
export interface ProfileApi {
  readonly url: string;
  /** By path; a missing path is 404. */
  answers: Readonly<Record<string, ProfileAnswer>>;
  /** Replaces the answer of the token endpoint. */
  tokenAnswer: ProfileAnswer | null;
  /** The bodies that the token endpoint got. */
  readonly exchanges: readonly URLSearchParams[];
  /** Consents, and returns the query with which the browser returns. */
  consent(authorizationUrl: URL): URLSearchParams;
  close(): Promise<void>;
}

export async function startProfileApi(paths: {
  readonly authorize: string;
  readonly token: string;
}): Promise<ProfileApi> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  const requested = new Map<string, URLSearchParams>();
  const exchanges: URLSearchParams[] = [];
  const token = randomUUID();
  const api: ProfileApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers: {},
    tokenAnswer: null,
    exchanges,
    consent({ pathname, searchParams }) {
      if (pathname !== paths.authorize) throw new Error(`no page at ${pathname}`);
      const code = randomUUID();
      requested.set(code, searchParams);
      return new URLSearchParams({ code, state: searchParams.get('state') ?? '' });
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  function exchange(body: URLSearchParams): ProfileAnswer {
    exchanges.push(body);
    if (api.tokenAnswer !== null) return api.tokenAnswer;
    const request = requested.get(body.get('code') ?? '');
    requested.delete(body.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    const fits =
      challenge === request?.get('code_challenge') && body.get('redirect_uri') === request.get('redirect_uri');
    // As GitHub answers.
    return fits ? [200, { access_token: token, token_type: 'bearer' }] : [200, { error: 'bad_verification_code' }];
  }

  server.on('request', (req, res) => {
    void (async () => {
      let text = '';
      for await (const part of req) text += String(part);
      const path = req.url ?? '';
      if (path === paths.token) return json(res, ...exchange(new URLSearchParams(text)));
      if (req.headers.authorization !== `Bearer ${token}` || req.headers['user-agent'] === undefined)
        return json(res, 401, {});
      json(res, ...(api.answers[path] ?? [404, {}]));
    })();
  });
  return api;
}
