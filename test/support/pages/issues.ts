import { issueSentence } from '../../../lib/flow/flow-issue.js';
import type { Flow } from '../../../lib/flow/flow.js';
import { inviteSignupFlow } from '../../../lib/flows/invite-signup.js';
import { textsOf } from '../../../lib/flow/flows.js';
import { pageIssues, pageWarnings } from '../../../lib/pages/checks/page-issues.js';
import type { ViewsOption } from '../../../lib/pages/views/folders.js';

export const inviteFlow = inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] });

type Wishes = Partial<Parameters<typeof pageIssues>[0]>;

const assetsPath = '/join/if/assets';
const locals = (): object => ({});

/** The mistakes in views that stop the start. */
export function issuesOf(
  views: ViewsOption,
  flows: readonly Flow[] = [inviteFlow],
  more: Wishes = {},
): readonly string[] {
  return pageIssues({ flows, texts: textsOf(flows, {}), assetsPath, views, locals, ...more }).map(issueSentence);
}

/** What the start says of views and does not refuse. */
export function warningsOf(
  views: ViewsOption,
  languages: readonly string[] = ['en'],
  flows: readonly Flow[] = [inviteFlow],
  more: Wishes = {},
): readonly string[] {
  return pageWarnings({ flows, texts: textsOf(flows, {}), assetsPath, views, languages, locals, ...more });
}
