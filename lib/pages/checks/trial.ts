import { isEnrollmentError } from '../../base/error.js';
import type { Flow } from '../../flow/flow.js';
import { problemText } from '../drawing.js';
import type { Pages } from '../pages.js';
import { trialModels, trialPages, type TrialPage } from './trial-models.js';
import type { ViewSet } from '../views/view-files.js';
import { viewPath } from '../views/view-names.js';
import { placesOf } from '../views/views.js';

/** What a trial drawing found. */
export interface TrialResult {
  /** Pages that cannot work. */
  readonly issues: readonly string[];
  /** What may be meant, or may be a matter of the trial alone. */
  readonly warnings: readonly string[];
}

/** Draws every page that a view of the app is part of, with the least and the most that the page can contain. */
export function tryViews(flows: readonly Flow[], set: ViewSet, pages: Pick<Pages, 'inspect'>): TrialResult {
  const issues = new Set<string>();
  const warnings = new Set<string>();
  const languages = new Set(ownPaths(set).map(({ language }) => language));
  const types = ownPaths(set).flatMap(({ view }) =>
    set.kits.has(view) ? [] : (/^elements\/field-([-\w]+)$/.exec(view)?.[1] ?? []),
  );
  for (const page of differentPages(flows, set)) {
    for (const { model, unknown } of trialModels(page, types)) {
      for (const language of [null, ...languages]) {
        const isUsed = (): boolean => unknown.isUsed();
        try {
          const { problems, warnings: more } = pages.inspect({ ...model, locale: language ?? model.locale });
          for (const problem of problems) {
            // A form that is written by hand has no input for a field of the trial alone.
            if (problem.field !== null && page.fields?.includes(problem.field) !== true) continue;
            (problem.isDeadEnd && !isUsed() ? issues : warnings).add(problemText(model, problem));
          }
          for (const text of more) warnings.add(text);
        } catch (error) {
          if (!isEnrollmentError(error)) throw error;
          (isUsed() ? warnings : issues).add(error.message);
        }
      }
    }
  }
  return { issues: [...issues], warnings: [...warnings].filter((text) => !issues.has(text)) };
}

function ownPaths(set: ViewSet) {
  return set.files.flatMap(({ name, isKits }) => (isKits ? [] : (viewPath(name) ?? [])));
}

/** Pages that a view of the app may be part of; of those that no file tells apart, one. */
function differentPages(flows: readonly Flow[], set: ViewSet): readonly TrialPage[] {
  if (ownPaths(set).length === 0) return [];
  const placeKey = placesOf(set);
  const pages = new Map<string, TrialPage>();
  for (const page of trialPages(flows)) {
    const { flow, stage, view, layout, fields, files } = page;
    const key = JSON.stringify([placeKey({ flow, stage, locale: '' }), view, layout, fields, files]);
    if (!pages.has(key)) pages.set(key, page);
  }
  return [...pages.values()];
}
