import { isEnrollmentError } from '../base/error.js';
import type { Texts } from '../base/message.js';
import type { MessagesOption } from '../base/texts/messages.js';
import type { Flow } from '../flow/flow.js';
import { messageIssues } from './message-issues.js';
import { createPages, type Pages } from './pages.js';

interface PageWishes {
  readonly flows: readonly Flow[];
  readonly texts: Texts;
  readonly assetsPath: string;
  readonly views?: string | URL | undefined;
  readonly messages?: MessagesOption | undefined;
}

/** Mistakes in wording, views and layouts: each is checked separately, so that none hides another. */
export function pageIssues({ flows, texts, assetsPath, views, messages }: PageWishes): readonly string[] {
  // The kit's own views compile; they are compiled when the pages are made.
  const cache = views !== undefined;
  return [
    ...messageIssues(messages ?? {}, texts),
    ...issuesOf(() =>
      missingViews(flows, createPages({ texts, assetsPath, brand: { name: '', home: '/' }, cache, views })),
    ),
  ];
}

function missingViews(flows: readonly Flow[], pages: Pages): readonly string[] {
  const shown = flows.flatMap((flow) =>
    flow.bindings.flatMap(({ stage }) =>
      stage.asking ? [{ view: stage.view, flow: flow.slug, stage: stage.name }] : [],
    ),
  );
  return [
    ...flows
      .filter(({ layout }) => !pages.has(`layouts/${layout}`))
      .map(({ slug, layout }) => `flows.${slug}.layout: there is no view 'layouts/${layout}.ejs'`),
    ...shown
      .filter(({ view, flow, stage }) => !pages.has(view, { flow, stage }))
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
