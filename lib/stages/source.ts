import { message } from '../base/message.js';
import { defineStage } from '../flow/define-stage.js';
import type { Flow } from '../flow/flow.js';

interface SourceStageSettings {
  /** The slug of the source. */
  readonly source: string;
  /**
   * True: the identity must be connected to the account that the flow is about, or its account becomes that one. False:
   * any identity of the source is accepted, and says nothing about who the visitor is here. Default true. Flows that
   * create accounts ignore it: there the identity is connected to the new account.
   */
  readonly requireConnection?: boolean;
}

/**
 * Leads the visitor to a source in the middle of a flow, which goes on with the identity that the source returned. A
 * page with a link comes first: `form-action` would stop a form that is sent on to another site.
 */
export const sourceStage = defineStage<
  SourceStageSettings,
  { readonly fields: readonly never[] },
  Record<string, never>
>({
  kind: 'source',
  settings: (joi) => ({ source: joi.string().required(), requireConnection: joi.boolean() }),
  component: 'ak-stage-source',
  view: 'pages/denied',
  pageOnly: true,
  asksSource: ({ source, requireConnection = true }) => ({ source, requireConnection }),
  fields: () => [],
  satisfied({ source, requireConnection = true }, { context, flow, step }) {
    const { identity, pending_user, source_stage, source_stage_user } = context;
    if (identity?.source !== source) return false;
    if (createsAccounts(flow)) return true;
    // The source may have answered before another stage identified the user.
    return source_stage === step && (!requireConnection || source_stage_user === pending_user);
  },
  challenge: () => ({ fields: [] }),
  read: () => ({ ok: true, value: {} }),
  // Its page has no form.
  respond: (_answers, { source }) => ({ type: 'invalid', errors: { '': [message('source.continue', { source })] } }),
});

function createsAccounts({ bindings }: Flow): boolean {
  return bindings.some(({ stage }) => !stage.asking && stage.creates);
}
