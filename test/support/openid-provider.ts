import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import type { Adapter, AdapterPayload, ClientMetadata, Provider } from 'oidc-provider';
import { CookieJar } from './cookie-jar.js';
import { form } from './html-form.js';

/** The provider's users, by their `sub`. */
export const people = {
  ann: { name: 'Ann Archer', preferred_username: 'ann', email: 'ann@example.com', email_verified: true },
  bob: { name: 'Bob Baker', preferred_username: 'bob', email: 'bob@example.com', email_verified: false },
  carl: { name: 'Carl Cook', email: 'carl@example.com', email_verified: true },
  dora: { name: 'Dora Dyer', preferred_username: 'dora' },
  /** The provider does not say whether the address is verified. */
  gus: { name: 'Gus Green', preferred_username: 'gus', email: 'gus@example.com' },
  eve: { name: 'Eve Evans', preferred_username: 'admin', email: 'admin@example.com', email_verified: false },
  fay: {
    name: '<b>Fay</b>\n"Fisher"',
    preferred_username: 'fay fisher!',
    email: 'FAY@EXAMPLE.COM',
    email_verified: true,
  },
} as const satisfies Record<string, Readonly<Record<string, string | boolean>>>;

export type Person = keyof typeof people;

export interface OpenIdProviderOptions {
  readonly port?: number;
  readonly clientAuthentication?: 'client_secret_basic' | 'client_secret_post';
}

/** How the browser returns to the app: by a redirect, or by a form that submits itself. */
export type Returned =
  { readonly by: 'redirect'; readonly url: URL } | { readonly by: 'post'; readonly url: URL; readonly body: string };

export interface OpenIdProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Registers this callback URL, so that the provider redirects users to it. */
  allow(callbackUrl: string): void;
  /** Goes through the provider's pages as the user's browser would; `null`: the user denies consent. */
  visit(authorizationUrl: string, person: Person | null): Promise<Returned>;
  close(): Promise<void>;
}

/** oidc-provider on loopback, with its own pages: its users are `people`, every user consents, PKCE is required. */
export async function startOpenIdProvider(options: OpenIdProviderOptions = {}): Promise<OpenIdProvider> {
  const { default: Provider, interactionPolicy } = await quietly(() => import('oidc-provider'));
  const server = createServer().listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clientId = 'the club';
  const clientSecret = 'a secret: of the club & nobody else/+=%';
  const redirectUris: string[] = [];
  const client = (): ClientMetadata => ({
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uris: [...redirectUris],
    token_endpoint_auth_method: options.clientAuthentication ?? 'client_secret_basic',
  });
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }));
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const provider = new Provider(issuer, {
    adapter: adapters((id) => (id === clientId ? client() : undefined)),
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'first', use: 'sig', alg: 'RS256' }] as never },
    cookies: { keys: ['a key for cookies'] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    interactions: { policy, url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, id) =>
      Object.hasOwn(people, id) ? { accountId: id, claims: () => ({ sub: id, ...people[id as Person] }) } : undefined,
    async loadExistingGrant(ctx) {
      const { client: asking, session } = ctx.oidc;
      const grant = new ctx.oidc.provider.Grant({ clientId: asking!.clientId, accountId: session!.accountId! });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', (req, res) => {
    if (req.url?.startsWith('/interaction/') !== true) return void answer(req, res);
    if (req.method === 'GET') return void res.setHeader('content-type', 'text/html').end(page);
    void finish(provider, req, res);
  });
  server.unref();

  return {
    issuer,
    clientId,
    clientSecret,
    allow: (callbackUrl) => void redirectUris.push(callbackUrl),
    visit: (authorizationUrl, person) => visit(issuer, authorizationUrl, person),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const page = `<!doctype html><title>Who are you?</title><form method="post">${[...Object.keys(people), '']
  .map((id) => `<button name="person" value="${id}">${id === '' ? 'Nobody' : id}</button>`)
  .join('')}</form>`;

async function finish(
  provider: Provider,
  req: IncomingMessage,
  res: Parameters<Provider['interactionFinished']>[1],
): Promise<void> {
  let body = '';
  for await (const part of req) body += String(part);
  const person = new URLSearchParams(body).get('person') ?? '';
  const said =
    person === ''
      ? { error: 'access_denied', error_description: 'The person said no' }
      : { login: { accountId: person }, select_account: {} };
  await provider.interactionFinished(req, res, said, { mergeWithLastSubmission: false });
}

async function visit(issuer: string, authorizationUrl: string, person: Person | null): Promise<Returned> {
  const jar = new CookieJar();
  let url = new URL(authorizationUrl);
  let choice: URLSearchParams | null = null;
  for (let steps = 0; steps < 10; steps += 1) {
    const response: Response = await fetch(url, {
      method: choice === null ? 'GET' : 'POST',
      body: choice,
      headers: { cookie: jar.header(url.pathname) },
      redirect: 'manual',
    });
    jar.take(response.headers.getSetCookie(), url.pathname);
    const text = await response.text();
    const location = response.headers.get('location');
    choice = null;
    if (location !== null) {
      url = new URL(location, url);
      if (url.origin !== issuer) return { by: 'redirect', url };
    } else if (url.pathname.startsWith('/interaction/')) {
      choice = new URLSearchParams({ person: person ?? '' });
    } else {
      // Its form for an error has status 400; browsers submit it anyway.
      if (!text.includes('<form method="post" action="'))
        throw new Error(`the provider answers ${response.status}: ${text}`);
      const { action, hidden } = form(text);
      return { by: 'post', url: new URL(action), body: new URLSearchParams(hidden).toString() };
    }
  }
  throw new Error('the provider never sends the person back');
}

/** The storage of oidc-provider, in this process. */
function adapters(client: (id: string) => AdapterPayload | undefined): (model: string) => Adapter {
  const kept = new Map<string, AdapterPayload>();
  return (model) => {
    const key = (id: string): string => `${model}:${id}`;
    const by = (name: 'uid' | 'userCode', value: string): AdapterPayload | undefined =>
      [...kept].find(([id, payload]) => id.startsWith(`${model}:`) && payload[name] === value)?.[1];
    return {
      upsert: async (id, payload) => void kept.set(key(id), payload),
      find: async (id) => (model === 'Client' ? client(id) : kept.get(key(id))),
      findByUid: async (uid) => by('uid', uid),
      findByUserCode: async (code) => by('userCode', code),
      destroy: async (id) => void kept.delete(key(id)),
      revokeByGrantId: async (grantId) => {
        for (const [id, payload] of kept) if (payload.grantId === grantId) kept.delete(id);
      },
      consume: async (id) => void kept.set(key(id), { ...kept.get(key(id)), consumed: Math.floor(Date.now() / 1000) }),
    };
  };
}

/** oidc-provider prints a warning on every Node except the newest when it is loaded. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return await work();
  } finally {
    console.warn = warn;
  }
}
