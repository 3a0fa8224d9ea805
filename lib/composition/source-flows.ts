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

/** What an app's own flows of these names must have for people to get through them. */
export function sourceFlowIssues(flows: readonly Flow[]): readonly string[] {
  const wanted = [
    { slug: gateSlug, kind: 'user_write', stage: 'userWrite()' },
    { slug: authenticationSlug, kind: 'user_login', stage: 'userLogin()' },
    { slug: connectSlug, kind: 'source_connect', stage: 'sourceConnect()' },
  ];
  return wanted.flatMap(({ slug, kind, stage }) => {
    const flow = flows.find((one) => one.slug === slug);
    if (flow === undefined) return [];
    const path = `flows.${slug}`;
    return [
      ...(flow.bindings.some((binding) => binding.stage.kind === kind)
        ? []
        : [`${path}: sources lead people to this flow, and it has no ${stage}`]),
      ...(flow.guard.bindings.some(({ policy }) => policy.name === 'if-sso')
        ? []
        : [`${path}: bind ifSso() to it, because only sources lead there`]),
    ];
  });
}
