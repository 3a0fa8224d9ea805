import { allowInsecureRequests, discovery, fetchUserInfo, type Configuration } from 'openid-client';
import { Strategy as OpenIdClientStrategy } from 'openid-client/passport';
import { openIdConnectSource, passportSource } from '../../../lib/index.js';
import { startOpenIdProvider, type OpenIdProvider } from '../openid-provider.js';
import type { StartedWay } from './sso-way.js';
import { startAdmittedWay, startOAuth2Way } from './sso-ways-hub.js';

export interface Way {
  readonly what: string;
  /** On the button: “Continue with …”. */
  readonly name: string;
  start(): Promise<StartedWay>;
  /** The text on the user's button on the provider's page. */
  readonly choice: string;
  /** The answers after the code, page by page. */
  readonly answers: readonly Readonly<Record<string, string>>[];
  readonly username: string;
  /** The URL to which the provider has the browser post its answer. */
  readonly postsTo: string | null;
}

export const ways: readonly Way[] = [
  {
    what: 'the strategy of openid-client',
    name: 'Real',
    start: startOpenIdClientWay,
    choice: 'ann',
    answers: [],
    username: 'ann',
    postsTo: null,
  },
  {
    what: 'a strategy of passport-oauth2',
    name: 'The Hub',
    start: startOAuth2Way,
    choice: 'octo',
    answers: [{ email: 'octo@example.com' }],
    username: 'octo',
    postsTo: null,
  },
  {
    what: 'a callback of the app’s own',
    name: 'Corp',
    start: startAdmittedWay,
    choice: 'octo',
    answers: [{ username: 'octavia' }],
    username: 'octavia',
    postsTo: null,
  },
  {
    what: 'a provider that posts its answer',
    name: 'Acme',
    start: startFormPostWay,
    choice: 'carl',
    answers: [{ username: 'carl-the-cook' }],
    username: 'carl-the-cook',
    postsTo: '/source/acme/callback',
  },
];

interface Tokens {
  readonly access_token: string;
  claims(): { readonly sub: string; readonly iss: string } | undefined;
}

async function startOpenIdClientWay(): Promise<StartedWay> {
  const provider = await startOpenIdProvider();
  const { issuer, clientId, clientSecret } = provider;
  let config: Promise<Configuration> | undefined;
  const configuration = (): Promise<Configuration> => {
    // oxlint-disable-next-line typescript/no-deprecated -- it is marked so to stand out; this provider is on loopback
    const insecure = { execute: [allowInsecureRequests] };
    return (config ??= discovery(new URL(issuer), clientId, clientSecret, undefined, insecure));
  };
  const source = passportSource({
    slug: 'real',
    name: 'Real',
    issuer,
    async strategy(verify, callbackURL) {
      const settings = { config: await configuration(), callbackURL, scope: 'openid profile email' };
      return new OpenIdClientStrategy(settings, verify);
    },
    async identity(tokens: Tokens) {
      const { sub = '', iss } = tokens.claims() ?? {};
      const said = await fetchUserInfo(await configuration(), tokens.access_token, sub);
      const { email, email_verified: emailVerified, preferred_username: username, name } = said;
      return { subject: sub, issuer: iss, email, emailVerified: emailVerified === true, username, name };
    },
  });
  return openIdWay(provider, 'real', 'ann', source);
}

async function startFormPostWay(): Promise<StartedWay> {
  const provider = await startOpenIdProvider();
  const { issuer, clientId, clientSecret } = provider;
  const settings = { slug: 'acme', name: 'Acme', issuer, clientId, clientSecret };
  return openIdWay(provider, 'acme', 'carl', openIdConnectSource({ ...settings, responseMode: 'form_post' }));
}

function openIdWay(
  provider: OpenIdProvider,
  slug: string,
  subject: string,
  source: StartedWay['sources'][number],
): StartedWay {
  return {
    sources: [source],
    allow: (origin) => provider.allow(`${origin}/source/${slug}/callback`),
    identity: { source: slug, issuer: provider.issuer, subject },
    close: () => provider.close(),
  };
}
