import type { Flow } from '../../../lib/flow/flow.js';
import { inviteSignupFlow } from '../../../lib/flows/invite-signup.js';
import { textsOf } from '../../../lib/flow/flows.js';
import { pageIssues, pageWarnings } from '../../../lib/pages/checks/page-issues.js';
import type { ViewsOption } from '../../../lib/pages/views/folders.js';

export const inviteFlow = inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] });

/** The mistakes in views that stop the start. */
export function issuesOf(views: ViewsOption, flows: readonly Flow[] = [inviteFlow]): readonly string[] {
  return pageIssues({ flows, texts: textsOf(flows, {}), assetsPath: '/join/if/assets', views });
}

/** What the start says of views and does not refuse. */
export function warningsOf(
  views: ViewsOption,
  languages: readonly string[] = ['en'],
  flows: readonly Flow[] = [inviteFlow],
): readonly string[] {
  return pageWarnings({ flows, texts: textsOf(flows, {}), assetsPath: '/join/if/assets', views, languages });
}
