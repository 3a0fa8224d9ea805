import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWK, type KeyLike } from 'jose';

export type Endpoint = 'discovery' | 'token' | 'keys' | 'userinfo';
export type Claims = Readonly<Record<string, unknown>>;

export interface SigningKey {
  readonly alg: 'RS256' | 'ES256';
  readonly kid: string;
  readonly privateKey: KeyLike;
  readonly jwk: JWK;
}

/** The provider's deviations from correct behavior. */
export interface Mischief {
  /** Changes the claims of the ID token; receives the correct ones. */
  readonly claims?: (claims: Claims, provider: HostileProvider) => Claims;
  /** Replaces the whole ID token. */
  readonly token?: (claims: Claims, provider: HostileProvider) => unknown;
  /** Replaces its own access token. */
  readonly accessToken?: string;
  /** The published keys. */
  readonly keys?: (provider: HostileProvider) => readonly JWK[];
  readonly discovery?: (description: Claims) => unknown;
  readonly userInfo?: (claims: Claims) => unknown;
  /** Changes the query with which the browser returns. */
  readonly callback?: (query: URLSearchParams) => void;
  /** Responds instead of an endpoint. */
  readonly answers?: Partial<Record<Endpoint, (res: ServerResponse, req: IncomingMessage) => void>>;
}

export interface SeenRequest {
  readonly endpoint: Endpoint;
  readonly method: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: URLSearchParams;
}

/**
 * A provider in this process that behaves as configured, however wrong. It has no pages: `answer` plays the browser.
 */
export interface HostileProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The access token that it issues to every user. */
  readonly accessToken: string;
  /** Signs by default; replace it to rotate the key. */
  key: SigningKey;
  readonly otherKey: SigningKey;
  readonly ellipticKey: SigningKey;
  mischief: Mischief;
  /** Every request, in order. */
  readonly seen: readonly SeenRequest[];
  /** The claims about the user. */
  person: Claims;
  sign(claims: Claims, key?: SigningKey, header?: Claims): Promise<string>;
  /** Consents, and returns the query with which the browser returns. */
  answer(authorizationUrl: URL): URLSearchParams;
  /** Restores correct behavior and clears the recorded requests. */
  reset(): void;
  close(): Promise<void>;
}

/** Accounts of Microsoft Entra ID have issuers with the tenant in the path: `/<tenant>/v2.0`. */
export async function startHostileProvider(): Promise<HostileProvider> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [key, otherKey, ellipticKey] = await Promise.all([
    signingKey('RS256', 'first'),
    signingKey('RS256', 'second'),
    signingKey('ES256', 'elliptic'),
  ]);
  const asked = new Map<string, URLSearchParams>();
  const seen: SeenRequest[] = [];
  const ann = { sub: 'ann', email: 'ann@example.com', email_verified: true, name: 'Ann', preferred_username: 'ann' };

  const provider: HostileProvider = {
    issuer,
    clientId: 'the club',
    clientSecret: 'a secret: of the club & nobody else/+=%',
    accessToken: 'an-access-token',
    key,
    otherKey,
    ellipticKey,
    mischief: {},
    seen,
    person: ann,
    sign: (claims, by = provider.key, header = {}) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: by.alg, kid: by.kid, ...header }).sign(by.privateKey),
    answer(authorizationUrl) {
      const code = randomUUID();
      asked.set(code, authorizationUrl.searchParams);
      const state = authorizationUrl.searchParams.get('state');
      const query = new URLSearchParams({ code, iss: issuer, ...(state === null ? {} : { state }) });
      provider.mischief.callback?.(query);
      return query;
    },
    reset() {
      provider.mischief = {};
      provider.key = key;
      provider.person = ann;
      seen.length = 0;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function tokens(body: URLSearchParams): Promise<unknown> {
    const code = body.get('code') ?? '';
    const request = asked.get(code);
    asked.delete(code);
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    const wanted = request?.get('code_challenge') ?? null;
    if (request === undefined || (wanted !== null && wanted !== challenge)) return null;
    const now = Math.floor(Date.now() / 1000);
    const right: Claims = {
      ...{ iss: issuer, sub: provider.person['sub'], aud: provider.clientId, iat: now, exp: now + 300 },
      ...(request.has('nonce') ? { nonce: request.get('nonce') } : {}),
    };
    const claims = provider.mischief.claims?.(right, provider) ?? right;
    const token =
      provider.mischief.token === undefined ? provider.sign(claims) : provider.mischief.token(claims, provider);
    return {
      access_token: provider.mischief.accessToken ?? provider.accessToken,
      token_type: 'Bearer',
      expires_in: 300,
      id_token: await token,
    };
  }

  const description: Claims = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    userinfo_endpoint: `${issuer}/userinfo`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'ES256'],
    authorization_response_iss_parameter_supported: true,
  };

  server.on('request', (req, res) => {
    void (async () => {
      const endpoint = endpointOf(req.url ?? '');
      if (endpoint === null) return void res.writeHead(404).end();
      let text = '';
      for await (const part of req) text += String(part);
      const body = new URLSearchParams(text);
      seen.push({ endpoint, method: req.method ?? '', headers: req.headers, body });
      const { mischief } = provider;
      const instead = mischief.answers?.[endpoint];
      if (instead !== undefined) return instead(res, req);
      if (endpoint === 'discovery') return json(res, 200, (mischief.discovery ?? same)(description));
      if (endpoint === 'keys')
        return json(res, 200, { keys: mischief.keys?.(provider) ?? [provider.key.jwk, ellipticKey.jwk] });
      if (endpoint === 'userinfo') return json(res, 200, (mischief.userInfo ?? same)(provider.person));
      const answer = await tokens(body);
      json(res, answer === null ? 400 : 200, answer ?? { error: 'invalid_grant' });
    })();
  });
  return provider;
}

function endpointOf(url: string): Endpoint | null {
  if (url.endsWith('/.well-known/openid-configuration')) return 'discovery';
  const [path = ''] = url.slice(1).split('?');
  return path === 'token' || path === 'keys' || path === 'userinfo' ? path : null;
}

function same(claims: Claims): unknown {
  return claims;
}

export function json(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function signingKey(alg: SigningKey['alg'], kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}
