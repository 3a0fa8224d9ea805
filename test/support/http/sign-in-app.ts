import type { SignInFlowSettings } from '../../../lib/flows/sign-in.js';
import { Secret, signInFlow, signOutFlow, type MemoryUser } from '../../../lib/index.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import { password } from '../account.js';
import type { RawAnswer } from '../raw-client.js';
import { openTestApp, quickPasswords, signup, type TestApp, type TestAppOptions } from './test-app.js';
import { type Visitor } from './visitor.js';

export const signInPage = '/if/flow/sign-in/';
export const signOutPage = '/if/flow/sign-out/';

/** A test app whose first flow is for signing in; it also has one for signing out and one for signing up. */
export function openSignInApp(
  options: TestAppOptions = {},
  settings: Partial<SignInFlowSettings> = {},
): Promise<TestApp> {
  return openTestApp({
    flows: [
      signInFlow({ slug: 'sign-in', target: '/inside', links: { enrollment: 'invite' }, ...settings }),
      signOutFlow({ slug: 'sign-out', target: '/outside' }),
      signup,
    ],
    ...options,
  });
}

/** A visitor who has an account, however it was created. */
export async function member(testApp: TestApp, name: string): Promise<MemoryUser> {
  testApp.canaries.add(password);
  const passwordHash = await quickPasswords.hash(new Secret(password));
  const account = sampleAccount({ username: name, email: `${name}@example.com`, passwordHash });
  return testApp.users.create(account, sampleRedemption());
}

/** From the start to the end, on one page. */
export async function signIn(visitor: Visitor, name: string, typed = password): Promise<RawAnswer> {
  await visitor.open(signInPage);
  return visitor.submit({ uid_field: name, password: typed });
}
