import { message } from '../base/message.js';
import { messageRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { flowTarget } from '../base/target.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import { stageWordingsRule, type PageWording } from '../flow/page-wording.js';
import type { MessageLike } from '../flow/prompt.js';
import { addressRestored } from '../stages/address-restored.js';
import { addressUndo } from '../stages/address-undo.js';

interface UndoAddressChangeSettings {
  /** Default `undo-address-change`. */
  readonly slug?: string;
  readonly title?: MessageLike;
  /** Title, intro and button of single pages, by stage. */
  readonly wording?: { readonly [Stage in 'undo' | 'restored']?: PageWording };
  /** The slug of the flow that the button of the last page leads to, for a new password; default: `target`. */
  readonly recoveryFlow?: string;
  /** Where to redirect at the end; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<UndoAddressChangeSettings>('undoAddressChangeFlow', (joi) => ({
  slug: joi.string(),
  title: messageRule(joi),
  wording: stageWordingsRule(joi, 'undo', 'restored'),
  recoveryFlow: joi.string(),
  target: joi.string(),
}));

/**
 * For the former address of an account: the link of a mail → a page with a button → the address is back, and all
 * sessions end. The kit adds it where a flow changes addresses, unless the app has one.
 */
export function undoAddressChangeFlow(settings: UndoAddressChangeSettings = {}): Flow {
  check(settings);
  const { slug = 'undo-address-change', wording = {}, recoveryFlow, target = '/' } = settings;
  return defineFlow({
    slug,
    title: settings.title ?? message('flow.undo_address_change.title'),
    designation: 'stage_configuration',
    authentication: 'require_token',
    target,
    providedContext: ['pending_user', 'prompt_data'],
    stages: [
      addressUndo({ name: 'undo', ...wording.undo }),
      addressRestored({
        name: 'restored',
        title: message('stage.address_restored.title'),
        ...wording.restored,
        ...(recoveryFlow === undefined ? {} : { next: flowTarget(recoveryFlow) }),
      }),
    ],
  });
}

/**
 * Adds the flow where another one changes addresses and mails can be sent, unless the app has one, or another one with
 * its slug.
 */
export function withUndoFlow(flows: readonly Flow[], { hasMailer }: { readonly hasMailer: boolean }): readonly Flow[] {
  // The schema reports what is no flow.
  const stages = flows.flatMap(({ bindings = [] }: Partial<Flow>) => bindings.map(({ stage }) => stage));
  const changes = stages.some((stage) => !stage.asking && stage.changesAddress);
  const sends = hasMailer || stages.some(({ requires }) => requires.includes('mailer'));
  if (!changes || !sends || undoFlowOf(flows) !== undefined) return flows;
  const recovery = flows.find(
    ({ designation, authentication }) => designation === 'recovery' && authentication === 'require_unauthenticated',
  );
  const flow = undoAddressChangeFlow(recovery === undefined ? {} : { recoveryFlow: recovery.slug });
  return flows.some(({ slug }) => slug === flow.slug) ? flows : [...flows, flow];
}

export function undoFlowOf(flows: readonly Flow[]): Flow | undefined {
  return flows.find(({ bindings = [] }: Partial<Flow>) =>
    bindings.some(({ stage }) => !stage.asking && stage.restoresAddress),
  );
}
