import assert from 'node:assert/strict';
import { memoryConnections, openIdConnectSource, type Connections } from '../../../lib/index.js';
import type { OpenIdConnectSettings } from '../../../lib/sources/openid-connect/settings.js';
import { openTestApp, signup, type TestApp, type TestAppOptions } from '../http/test-app.js';
import type { Visitor } from '../http/visitor.js';
import { startOpenIdProvider, type OpenIdProvider, type Person } from '../openid-provider.js';
import type { RawAnswer } from '../raw-client.js';

/** A provider of the company Acme, which runs for one test file. */
export const startAcme = (): Promise<OpenIdProvider> => startOpenIdProvider();

export interface AcmeApp extends TestApp {
  readonly connections: Connections;
  /** The identity of Acme's `person` in this app. */
  identityOf(person: Person): { readonly source: string; readonly issuer: string; readonly subject: string };
  /** From the link to the provider and back to the callback. */
  by(visitor: Visitor, person: Person | null, start?: string): Promise<RawAnswer>;
}

/** A test app with `provider` as its source `acme`, and the connections that its users have. */
export async function openSourceApp(
  { issuer, clientId, clientSecret }: Pick<OpenIdProvider, 'issuer' | 'clientId' | 'clientSecret'>,
  options: TestAppOptions,
  terms: Partial<OpenIdConnectSettings>,
): Promise<TestApp & { readonly connections: Connections }> {
  const connections = options.connections ?? memoryConnections();
  const testApp = await openTestApp({
    sources: [openIdConnectSource({ slug: 'acme', name: 'Acme', issuer, clientId, clientSecret, ...terms })],
    flows: [signup],
    ...options,
    connections,
  });
  return { ...testApp, connections };
}

/** A test app whose users may sign in at Acme. */
export async function openAcmeApp(
  provider: OpenIdProvider,
  options: TestAppOptions = {},
  terms: Partial<OpenIdConnectSettings> = {},
): Promise<AcmeApp> {
  const { issuer } = provider;
  const testApp = await openSourceApp(provider, options, terms);
  provider.allow(`${testApp.url}${testApp.mount}/source/acme/callback`);
  return {
    ...testApp,
    identityOf: (person) => ({ source: 'acme', issuer, subject: person }),
    async by(visitor, person, start = '/source/acme/login') {
      const away = await visitor.client.get(start);
      assert.equal(away.status, 303, away.text);
      assert.ok(away.location.startsWith(issuer), away.location);
      const { url } = await provider.visit(away.location, person);
      return visitor.client.get(url.pathname + url.search);
    },
  };
}
