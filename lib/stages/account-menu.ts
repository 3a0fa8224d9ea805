import { message } from '../base/message.js';
import { defineStage } from '../flow/define-stage.js';
import { flowLinksRule, toStageLinks, type FlowLink } from '../flow/flow-links.js';

interface AccountMenuSettings {
  /** What the page leads to: the slugs of flows, each with its label. */
  readonly links: readonly FlowLink[];
}

/** A page of links to flows, with a button that leads to the target of its own flow. */
export const accountMenu = defineStage<
  AccountMenuSettings,
  { readonly fields: readonly never[] },
  Record<string, never>
>({
  kind: 'account_menu',
  settings: (joi) => ({ links: flowLinksRule(joi).min(1).required() }),
  component: 'ak-stage-account-menu',
  view: 'pages/menu',
  pageOnly: true,
  listsSettings: true,
  fields: () => [],
  submit: () => message('flow.waitlist.back'),
  links: ({ links }) => toStageLinks(links),
  challenge: () => ({ fields: [] }),
  read: () => ({ ok: true, value: {} }),
  respond: () => ({ type: 'completed' }),
});
