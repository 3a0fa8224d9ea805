import assert from 'node:assert/strict';
import { authenticatorSetupFlow, passkeySignInFlow } from '../../../lib/flows.js';
import { memoryUsers, signInFlow } from '../../../lib/index.js';
import type { SignInFlowSettings } from '../../../lib/flows/sign-in.js';
import type { Authenticators } from '../../../lib/ports/authenticators.js';
import { memoryAuthenticators } from '../../../lib/stores/memory/authenticators.js';
import { password } from '../account.js';
import type { RawAnswer } from '../raw-client.js';
import { SoftwareAuthenticator } from '../software-authenticator.js';
import { signInPage } from './sign-in-app.js';
import { openTestApp, signup, type TestApp, type TestAppOptions } from './test-app.js';
import { Visitor } from './visitor.js';

export const passkeyPage = '/if/flow/passkey/';
export const passwordlessPage = '/if/flow/passwordless/';

export interface PasskeyApp {
  readonly app: TestApp;
  readonly authenticators: Authenticators;
  readonly origin: string;
  /** The ids of deactivated accounts. */
  readonly inactive: Set<string>;
}

export async function openPasskeyApp(
  settings: Partial<SignInFlowSettings> = {},
  options: TestAppOptions = {},
): Promise<PasskeyApp> {
  const authenticators = memoryAuthenticators();
  const inactive = new Set<string>();
  const { users, redemptions } = memoryUsers();
  const app = await openTestApp({
    // Passkeys need the name of a host.
    origin: (port) => `http://localhost:${String(port)}`,
    authenticators,
    users: { ...users, toProfile: (user) => ({ ...users.toProfile(user), active: !inactive.has(user.id) }) },
    redemptions,
    flows: [
      signInFlow({
        slug: 'sign-in',
        target: '/inside',
        secondFactor: true,
        passwordlessFlow: 'passwordless',
        ...settings,
      }),
      passkeySignInFlow({ slug: 'passwordless', target: '/inside' }),
      authenticatorSetupFlow({ slug: 'passkey', type: 'webauthn', target: '/settings' }),
      authenticatorSetupFlow({ slug: 'totp', type: 'totp', target: '/settings' }),
      signup,
    ],
    ...options,
  });
  const origin = app.url.replace('127.0.0.1', 'localhost');
  return { app: { ...app, url: origin }, authenticators, origin, inactive };
}

interface PasskeyOptions {
  readonly challenge: string;
  readonly rpId?: string;
  readonly rp?: { readonly id: string };
  readonly user?: { readonly id: string; readonly name: string };
  readonly userVerification?: string;
  readonly allowCredentials?: readonly { readonly id: string }[];
  readonly excludeCredentials?: readonly { readonly id: string }[];
  readonly authenticatorSelection?: Readonly<Record<string, string>>;
  readonly hints?: readonly string[];
}

/** What a page asks the browser for. */
export function optionsIn(page: string): PasskeyOptions {
  const json = /data-passkey(?:-autofill)?="([^"]*)"/.exec(page)?.[1];
  assert.ok(json, `the page asks for no passkey:\n${page}`);
  const text = json
    .replaceAll('&#34;', '"')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
  return (JSON.parse(text) as { readonly options: PasskeyOptions }).options;
}

/** Gives name and password. */
export async function giveName(visitor: Visitor, name: string): Promise<RawAnswer> {
  await visitor.open(signInPage);
  return visitor.follow(await visitor.submit({ uid_field: name, password }));
}

/** Signs in by password and sets up a passkey; recovery codes come after it. */
export async function withPasskey(
  { app, origin }: PasskeyApp,
  name: string,
  authenticator = new SoftwareAuthenticator(origin),
): Promise<{ readonly visitor: Visitor; readonly authenticator: SoftwareAuthenticator }> {
  const visitor = new Visitor(app);
  await giveName(visitor, name);
  await openSetup(visitor);
  const answer = await visitor.submit({ response: authenticator.create(optionsIn(visitor.page.text)) });
  assert.equal(answer.status, 303, answer.text);
  await visitor.follow(answer);
  if (visitor.page.text.includes('recovery codes')) {
    const done = await visitor.submit({});
    assert.equal(done.location, '/settings', done.text);
  }
  // The finished plan no longer answers.
  app.clock.advance(121_000);
  return { visitor, authenticator };
}

/** To the page that asks for the new passkey. */
export async function openSetup(visitor: Visitor): Promise<RawAnswer> {
  await visitor.open(passkeyPage);
  return visitor.follow(await visitor.submit({ password }));
}
