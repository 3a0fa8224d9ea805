import assert from 'node:assert/strict';
import { openIdConnectSource } from '../../../lib/index.js';
import type { OpenIdConnectSettings } from '../../../lib/sources/openid-connect/settings.js';
import type { TestApp } from '../http/test-app.js';
import { Visitor } from '../http/visitor.js';
import type { OpenIdProvider, Person } from '../openid-provider.js';
import type { RawAnswer, RawClient } from '../raw-client.js';
import type { AcmeApp } from './acme.js';

export const gatePath = '/if/flow/no-access-yet/';
export const planCookie = 'enrollment.plan.no-access-yet';

/** A source at the provider with its own slug. */
export function sourceAt(
  { issuer, clientId, clientSecret }: OpenIdProvider,
  slug: string,
  terms: Partial<OpenIdConnectSettings> = {},
): ReturnType<typeof openIdConnectSource> {
  return openIdConnectSource({ slug, name: slug, issuer, clientId, clientSecret, ...terms });
}

/** At the code page of the gate. */
export async function atGate(testApp: AcmeApp, person: Person, visitor = new Visitor(testApp)): Promise<Visitor> {
  const back = await testApp.by(visitor, person);
  assert.deepEqual([back.status, back.location], [303, gatePath], back.text);
  await visitor.get(back.location);
  return visitor;
}

/** The callback URL to which the provider redirects the browser, not yet requested. */
export async function onTheWayBack(
  client: RawClient,
  provider: OpenIdProvider,
  person: Person,
  start = '/source/acme/login',
): Promise<string> {
  const away = await client.get(start);
  assert.equal(away.status, 303, away.text);
  const { url } = await provider.visit(away.location, person);
  return url.pathname + url.search;
}

/** The only cookie whose name begins with `prefix`. */
export function cookieLike(client: RawClient, prefix: string): string {
  const [name, ...others] = client.cookies.names().filter((one) => one.startsWith(prefix));
  assert.ok(name !== undefined && others.length === 0, client.cookies.names().join(' '));
  return name;
}

/** Asserts a plain page, not an error of the app. */
export function assertPlainRefusal(answer: RawAnswer, status = 403): void {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.text, /<h1/);
}

/** Asserts that no one was signed in. */
export async function assertNobody(
  { members }: Pick<TestApp, 'members'>,
  ...visitors: readonly Visitor[]
): Promise<void> {
  assert.deepEqual(
    members.map(({ username }) => username),
    [],
  );
  for (const visitor of visitors) assert.equal(await visitor.me(), null);
}
