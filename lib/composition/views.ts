import { textsOf } from '../flow/flows.js';
import type { EnrollmentConfig } from '../options/options.js';
import { viewFolders } from '../pages/views/folders.js';
import { pageIssues, pageWarnings } from '../pages/checks/page-issues.js';
import type { Pages } from '../pages/pages.js';
import { listViews, type ViewEntry } from '../pages/views/view-list.js';

/** What an enrollment's pages are drawn with; read from the disk at each call. */
export interface EnrollmentViews {
  /** The app's folders, the first one that contains a file wins. */
  readonly folders: readonly string[];
  /** Every view, and the file that is used for it. */
  list(): readonly ViewEntry[];
  /** Everything that is wrong with the app's views, with file and line; empty if all is well. */
  check(): readonly string[];
}

export function composeViews<User, Data>(
  config: EnrollmentConfig<User, Data>,
  { languages }: Pick<Pages, 'languages'>,
): EnrollmentViews {
  const { flows, ownMessages, site, classes, brand } = config;
  const views = config.views ?? undefined;
  const assetsPath = `${site.mount}/if/assets`;
  const pages = { flows, texts: textsOf(flows, ownMessages), assetsPath, views, classes, brand };
  return Object.freeze({
    folders: Object.freeze([...viewFolders(views).own]),
    list: () => listViews(viewFolders(views)),
    check: () => [...pageIssues(pages), ...pageWarnings({ ...pages, languages: languages.map(({ tag }) => tag) })],
  });
}
