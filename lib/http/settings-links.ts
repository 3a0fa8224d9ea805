import { message } from '../base/message.js';
import type { Flow } from '../flow/flow.js';
import type { PageLink } from '../pages/page-model.js';
import { flowPath } from './links.js';
import type { Web } from './web.js';

/** The page of account settings that leads to this flow, or else the first one; `null`: there is none but this flow. */
export function settingsMenu(web: Pick<Web, 'flows'>, { slug }: Pick<Flow, 'slug'>): Flow | null {
  const menus = [...web.flows.values()].flatMap((flow) => {
    const stage = flow.bindings.map(({ stage: one }) => one).find((one) => one.asking && one.listsSettings);
    return stage?.asking === true && flow.slug !== slug ? [{ flow, links: stage.links }] : [];
  });
  const leading = menus.find(({ links }) => links.some(({ to }) => 'flow' in to && to.flow === slug));
  return (leading ?? menus[0])?.flow ?? null;
}

/** True for a flow in which signed-in users change their account. */
export function isSettings({ designation, authentication }: Flow): boolean {
  return (
    authentication === 'require_authenticated' &&
    (designation === 'stage_configuration' || designation === 'unenrollment')
  );
}

/** Out of the settings of an account: to the page that leads to them, or to the app. The last link of each page. */
export function settingsBackLink(web: Web, flow: Flow): PageLink {
  const menu = settingsMenu(web, flow);
  return menu === null
    ? { href: web.home, label: message('link.home'), quiet: true }
    : { href: flowPath(web, menu.slug), label: message('link.account'), quiet: true };
}

/** The page of settings itself has a button that leads to the app. */
export function listsSettings({ bindings }: Flow): boolean {
  return bindings.some(({ stage }) => stage.asking && stage.listsSettings);
}
