import type { Web } from '../web.js';

export const apiPath = '/api/v3';

/** The address of a flow's JSON. */
export function executorPath({ site }: Pick<Web, 'site'>, slug: string): string {
  return `${site.mount}${apiPath}/flows/executor/${slug}/`;
}
