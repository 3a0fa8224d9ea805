import assert from 'node:assert/strict';
import type { Connections } from '../../../lib/index.js';
import type { OpenIdConnectSettings } from '../../../lib/sources/openid-connect/settings.js';
import type { HostileProvider } from '../hostile-provider.js';
import { assertKitHeaders, assertNothingInside } from '../http/answer-checks.js';
import type { TestApp, TestAppOptions } from '../http/test-app.js';
import type { Visitor } from '../http/visitor.js';
import type { RawAnswer } from '../raw-client.js';
import { openSourceApp } from './acme.js';

export interface HostileApp extends TestApp {
  readonly connections: Connections;
  /**
   * From the link to the provider and back; returns the last answer, also when the provider ends the sign-in earlier.
   */
  by(visitor: Visitor, start?: string): Promise<RawAnswer>;
}

/** A test app whose users may sign in at a provider that behaves as configured. */
export async function openHostileApp(
  provider: HostileProvider,
  options: TestAppOptions = {},
  terms: Partial<OpenIdConnectSettings> = {},
): Promise<HostileApp> {
  const testApp = await openSourceApp(provider, options, terms);
  const callback = `${testApp.mount}${terms.callbackPath ?? '/source/acme/callback'}`;
  return {
    ...testApp,
    async by(visitor, start = `${testApp.mount}/source/acme/login`) {
      const away = await visitor.client.get(start);
      if (away.status !== 303) return away;
      assert.ok(away.location.startsWith(provider.issuer), away.location);
      const query = provider.answer(new URL(away.location));
      return visitor.client.get(`${callback}?${String(query)}`);
    },
  };
}

/** The reasons of failed sign-ins, from the events. */
export const reasonsTold = (testApp: TestApp): unknown[] =>
  testApp.events.filter(({ name }) => name === 'source.failed').map(({ facts }) => facts['reason']);

/** Asserts a plain page whose reference leads to the one log line and the one event with the reason. */
export function assertPlainFailure(testApp: TestApp, page: RawAnswer, reason: string): void {
  assertKitHeaders(page);
  assertNothingInside(page);
  const [, reference] = /Reference: ([0-9A-Z]{6,})/.exec(page.text) ?? [];
  assert.ok(reference, page.text);
  const emitted = testApp.events.filter(
    ({ name, facts }) => name === 'source.failed' && facts['reference'] === reference,
  );
  assert.deepEqual(emitted, [{ name: 'source.failed', facts: { source: 'acme', reason, reference } }]);
  const logged = testApp.log.filter(({ fields }) => fields['reference'] === reference);
  assert.deepEqual(
    logged.map(({ fields }) => [fields['source'], fields['reason']]),
    [['acme', reason]],
  );
  assert.match(String(logged[0]?.fields['detail']), /^[\x20-\x7e]{0,400}$/);
  assert.ok(!page.text.includes(reason), page.text);
}

/** The names of cookies other than preferences: a session, a plan, or a sign-in in progress. */
export const activeCookies = (visitor: Visitor): string[] =>
  visitor.client.cookies.names().filter((name) => name.includes('enrollment.'));
