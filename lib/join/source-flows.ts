import type { Flow } from '../flow/flow.js';
import { connectAccountFlow } from '../flows/connect-account.js';
import { noAccessYetFlow } from '../flows/no-access-yet.js';
import { sourceAuthenticationFlow } from '../flows/source-authentication.js';

/** The flow that unknown people come to. */
export const gateSlug = 'no-access-yet';
/** The flow that signs known people in. */
export const authenticationSlug = 'source-authentication';
/** The flow that connects an account that exists. */
export const connectSlug = 'connect-account';

/** Where there are sources, their flows are there without being asked for; the app's own of the same name count. */
export function withSourceFlows(flows: readonly Flow[], terms: { readonly password: boolean }): readonly Flow[] {
  const ready = [noAccessYetFlow(), sourceAuthenticationFlow(), connectAccountFlow(terms)];
  return [...flows, ...ready.filter(({ slug }) => !flows.some((flow) => flow.slug === slug))];
}
