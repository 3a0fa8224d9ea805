import { openIdConnectSource } from '../../../lib/index.js';
import { startOpenIdProvider, type OpenIdProvider } from '../openid-provider.js';
import { openIdClientSource } from '../sources/openid-client-source.js';
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

async function startOpenIdClientWay(): Promise<StartedWay> {
  const provider = await startOpenIdProvider();
  return openIdWay(provider, 'real', 'ann', openIdClientSource(provider, { slug: 'real', name: 'Real' }));
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
