import { isEnrollmentError } from '../base/error.js';
import type { Texts } from '../base/message.js';
import type { MessagesOption } from '../base/texts/messages.js';
import type { Flow } from '../flow/flow.js';
import { languageIssues, messageIssues } from './message-issues.js';
import { viewFolders, type ViewsOption } from './folders.js';
import { readViews, type ViewSet } from './view-files.js';
import { viewIssues } from './view-issues.js';
import { findIn } from './views.js';

interface PageWishes {
  readonly flows: readonly Flow[];
  readonly texts: Texts;
  readonly assetsPath: string;
  readonly views?: ViewsOption | undefined;
  readonly messages?: MessagesOption | undefined;
  readonly languages?: readonly string[] | undefined;
}

/** Mistakes in wording, views and layouts: each is checked separately, so that none hides another. */
export function pageIssues({ flows, texts, views, messages, languages }: PageWishes): readonly string[] {
  return [
    ...messageIssues(messages ?? {}, texts),
    ...languageIssues(languages ?? [], messages ?? {}),
    ...issuesOf(() => {
      const set = readViews(viewFolders(views), { changing: false })();
      return [...missingViews(flows, set), ...viewIssues(set)];
    }),
  ];
}

function missingViews(flows: readonly Flow[], set: ViewSet): readonly string[] {
  const has = (view: string, flow: string, stage: string | null = null): boolean =>
    findIn(set, { flow, stage, locale: '' })(view) !== null;
  const shown = flows.flatMap((flow) =>
    flow.bindings.flatMap(({ stage }) =>
      stage.asking ? [{ view: stage.view, flow: flow.slug, stage: stage.name }] : [],
    ),
  );
  return [
    ...flows
      .filter(({ slug, layout }) => !has(`layouts/${layout}`, slug))
      .map(({ slug, layout }) => `flows.${slug}.layout: there is no view 'layouts/${layout}.ejs'`),
    ...shown
      .filter(({ view, flow, stage }) => !has(view, flow, stage))
      .map(({ view, flow, stage }) => `flows.${flow}.${stage}: there is no view '${view}.ejs'`),
  ];
}

function issuesOf(check: () => readonly string[]): readonly string[] {
  try {
    return check();
  } catch (error) {
    if (!isEnrollmentError(error)) throw error;
    return error.issues.length > 0 ? error.issues : [error.message];
  }
}
