import type { JsonObject } from '../base/json.js';
import { message } from '../base/message.js';
import type { RedirectTarget } from '../base/target.js';
import { defineStage } from '../flow/define-stage.js';

interface AddressRestoredSettings {
  /** Where its button leads; default: the flow's target. */
  readonly next?: RedirectTarget;
}

/** The last page of an undone change: the address is back, and its button leads to a new password. */
export const addressRestored = defineStage<
  AddressRestoredSettings,
  { readonly text: JsonObject },
  Record<string, never>
>({
  kind: 'address_restored',
  settings: (joi) => ({ next: joi.object() }),
  leadsTo: ({ next }) => (next !== undefined && 'flow' in next ? next.flow : null),
  component: 'ak-stage-address-restored',
  view: 'pages/noted',
  pageOnly: true,
  fields: () => [],
  submit: ({ next }) => message(next === undefined ? 'form.submit' : 'stage.address_restored.password'),
  challenge: () => ({ text: { id: 'stage.address_restored.text' } }),
  read: () => ({ ok: true, value: {} }),
  respond: (_answers, { next }) =>
    next === undefined ? { type: 'completed' } : { type: 'ended', to: next, keepContext: false },
});
