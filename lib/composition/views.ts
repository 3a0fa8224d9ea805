import type { EnrollmentConfig } from '../options/options.js';
import { viewFolders } from '../pages/views/folders.js';
import { pageIssues, pageWarnings } from '../pages/checks/page-issues.js';
import { pageChecks } from './pages.js';
import { drawPreview, type Preview, type PreviewRequest } from './preview.js';
import { issueSentence } from '../flow/flow-issue.js';
import type { Services } from '../ports/services.js';
import type { Pages } from '../pages/pages.js';
import { reasonAgainst } from '../pages/views/unused-views.js';
import { readViews } from '../pages/views/view-files.js';
import { listViews, type ViewEntry } from '../pages/views/view-list.js';

/** What an enrollment's pages are drawn with; read from the disk at each call. */
export interface EnrollmentViews {
  /** The app's folders, the first one that contains a file wins. */
  readonly folders: readonly string[];
  /** Every view, and the file that is used for it. */
  list(): readonly ViewEntry[];
  /** Everything that is wrong with the app's views, with file and line; empty if all is well. */
  check(): readonly string[];
  /** Why no page would use a view of this name, e.g. `flows/invite/pages/prompt`; `null`: some page would. */
  reasonAgainst(name: string): string | null;
  /**
   * Draws the page of a stage with a context that you give, for its author. Nothing is stored, and visitors cannot reach it.
   * @throws TypeError for a flow or a stage that does not exist, or has no page
   */
  preview(request: PreviewRequest): Promise<Preview>;
}

export function composeViews<User, Data>(
  config: EnrollmentConfig<User, Data>,
  pages: Pages,
  services: Services,
): EnrollmentViews {
  const { flows, site, brand } = config;
  const views = config.views ?? undefined;
  const checked = pageChecks(config);
  return Object.freeze({
    folders: Object.freeze([...viewFolders(views).own]),
    list: () => listViews(viewFolders(views)),
    reasonAgainst: (name: string) =>
      reasonAgainst(name, readViews(viewFolders(views), { changing: false })(), {
        flows,
        languages: pages.languages.map(({ tag }) => tag),
        layout: brand.layout ?? null,
      }),
    check: () => [...pageIssues(checked).map(issueSentence), ...pageWarnings(checked)],
    preview: (request: PreviewRequest) =>
      drawPreview({ flows, pages, services, mount: site.mount, now: () => config.clock.now() }, request),
  });
}
