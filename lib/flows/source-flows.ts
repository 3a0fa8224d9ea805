import { flowPart, issueAt, type FlowIssue } from '../flow/flow-issue.js';
import { isIncomplete } from '../flow/flow-origin.js';
import { isSourceOnly, type Flow, type SourceRole } from '../flow/flow.js';
import type { SilentStage } from '../flow/stage.js';
import { connectAccountFlow } from './connect-account.js';
import { noAccessYetFlow } from './no-access-yet.js';
import { sourceAuthenticationFlow } from './source-authentication.js';

/**
 * Where the app has sources, adds a ready-made flow for each role, unless the app has a flow with this role or slug.
 */
export function withSourceFlows(flows: readonly Flow[], terms: { readonly password: boolean }): readonly Flow[] {
  const ready = [noAccessYetFlow(), sourceAuthenticationFlow(), connectAccountFlow(terms)];
  const isTaken = ({ slug, sourceRole }: Flow): boolean =>
    flows.some((flow) => flow.slug === slug || flow.sourceRole === sourceRole);
  return [...flows, ...ready.filter((flow) => !isTaken(flow))];
}

export function flowOfRole(flows: readonly Flow[], role: SourceRole): Flow | undefined {
  return flows.find(({ sourceRole }) => sourceRole === role);
}

interface RoleRule {
  readonly role: SourceRole;
  readonly slug: string;
  readonly stage: string;
  /** In flow files. */
  readonly model: string;
  isMet(stage: SilentStage): boolean;
}

const rules: readonly RoleRule[] = [
  {
    role: 'enrollment',
    slug: 'no-access-yet',
    stage: 'userWrite()',
    model: 'authentik_stages_user_write.userwritestage',
    isMet: (stage) => stage.creates,
  },
  {
    role: 'authentication',
    slug: 'source-authentication',
    stage: 'userLogin()',
    model: 'authentik_stages_user_login.userloginstage',
    isMet: (stage) => stage.signsIn,
  },
  {
    role: 'connection',
    slug: 'connect-account',
    stage: 'sourceConnect()',
    model: 'express_enrollment.builtinstage with kind: source_connect',
    isMet: (stage) => stage.connects,
  },
];

/** Mistakes in the app's own flows of these roles that would keep visitors from completing them. */
export function sourceFlowIssues(flows: readonly Flow[]): readonly (string | FlowIssue)[] {
  return rules.flatMap(({ role, slug, stage: wanted, model, isMet }): readonly (string | FlowIssue)[] => {
    const flow = flowOfRole(flows, role);
    if (flow !== undefined && isIncomplete(flow)) return [];
    if (flow === undefined)
      return [`flows.${slug}: no flow has the sourceRole '${role}'; set it, or give this flow another slug`];
    const missing = `sources lead people to this flow, and it has no stage of the model ${model}`;
    const part = flowPart(flow);
    return [
      ...(flow.bindings.some(({ stage }) => !stage.asking && isMet(stage))
        ? []
        : [issueAt(part, `sources lead people to this flow, and it has no ${wanted}`, { inFiles: missing })]),
      ...(isSourceOnly(flow)
        ? []
        : [
            issueAt(part, 'bind ifSso() to it, because only sources lead there', {
              inFiles:
                'bind an expression policy with the text "return ak_is_sso_flow" to it, because only sources lead there',
            }),
          ]),
    ];
  });
}
