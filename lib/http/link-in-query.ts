import type { Site } from '../base/target.js';
import type { Flow } from '../flow/flow.js';
import { proofParameter } from '../invitations/codes/mailed-code.js';
import type { EntryLink } from './cookies/entry-link.js';
import { splitQuery } from './query.js';

const parameters = ['invite', proofParameter, 'next', 'login_hint'] as const;

/** What a link to a flow brings, from its query; `null`: nothing. */
export function linkIn(site: Site, flow: Flow, query: string): EntryLink | null {
  return splitQuery(site, query, parameters, aliasesOf(flow))?.link ?? null;
}

// authentik's names, in this order.
const codeAliases = ['itoken', 'token'] as const;

/** A flow with an invitation stage takes authentik's links, too. */
function aliasesOf({ bindings }: Flow): readonly string[] {
  return bindings.some(({ stage }) => !stage.asking && stage.readsCode !== null) ? codeAliases : [];
}
