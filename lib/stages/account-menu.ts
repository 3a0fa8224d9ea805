import { message } from '../base/message.js';
import type { Message } from '../base/message.js';
import { flowTarget } from '../base/target.js';
import { defineStage } from '../flow/define-stage.js';
import { toMessage } from '../flow/prompt.js';

interface AccountMenuSettings {
  /** What the page leads to: the slugs of flows, each with its label. */
  readonly links: readonly { readonly flow: string; readonly label: string | Message }[];
}

/** A page of links to flows, with a button that leads to the target of its own flow. */
export const accountMenu = defineStage<
  AccountMenuSettings,
  { readonly fields: readonly never[] },
  Record<string, never>
>({
  kind: 'account_menu',
  settings: (joi) => ({ links: joi.array().min(1).required() }),
  component: 'ak-stage-account-menu',
  view: 'pages/menu',
  pageOnly: true,
  listsSettings: true,
  fields: () => [],
  submit: () => message('flow.waitlist.back'),
  links: ({ links }) => links.map(({ flow, label }) => ({ to: flowTarget(flow), label: toMessage(label) })),
  challenge: () => ({ fields: [] }),
  read: () => ({ ok: true, value: {} }),
  respond: () => ({ type: 'completed' }),
});
