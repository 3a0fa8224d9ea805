import { isEnrollmentError } from '../../base/error.js';
import { fallbackTags } from '../../base/language-tag.js';
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

interface Trial {
  readonly flows: readonly Flow[];
  /** The tags of the languages that pages are shown in. */
  readonly languages: readonly string[];
  /** False: `locals.app` is empty on every page. */
  readonly hasLocals: boolean;
}

/** Draws every page that a view of the app is part of, with the least and the most that the page can contain. */
export function tryViews(
  { flows, languages, hasLocals }: Trial,
  set: ViewSet,
  pages: Pick<Pages, 'inspect'>,
): TrialResult {
  const issues = new Findings();
  const warnings = new Findings();
  const types = ownPaths(set).flatMap(({ view }) =>
    set.kits.has(view) ? [] : (/^elements\/field-([-\w]+)$/.exec(view)?.[1] ?? []),
  );
  const tried = [null, ...usedLanguages(set, languages)];
  for (const page of differentPages(flows, set)) {
    for (const { model, unknown } of trialModels(page, { types, hasLocals })) {
      for (const language of tried) {
        const isUsed = (): boolean => unknown.isUsed();
        const shown = { ...model, locale: language ?? model.locale };
        try {
          const { problems, warnings: more } = pages.inspect(shown);
          for (const problem of problems) {
            // A form that is written by hand has no input for a field of the trial alone.
            if (problem.field !== null && page.fields?.includes(problem.field) !== true) continue;
            if (problem.lacksText === true && isUsed()) continue;
            const found = problem.isDeadEnd && !isUsed() ? issues : warnings;
            found.add(problem.place === null ? null : `${problem.place} ${problem.text}`, problemText(shown, problem));
          }
          for (const text of more) warnings.add(text, text);
        } catch (error) {
          if (!isEnrollmentError(error)) throw error;
          // A view that is part of several pages fails on each of them in the same way.
          const [, fault = error.message] = error.message.split('" could not be drawn: ');
          (isUsed() ? warnings : issues).add(fault, error.message);
        }
      }
    }
  }
  return { issues: issues.texts(), warnings: warnings.texts(issues) };
}

/** What was found, each mistake once: with the page on which it was found first. */
class Findings {
  readonly #texts = new Map<string, string>();

  /** `mistake`: what it is, without the page; `null`: only the page tells it from others. */
  add(mistake: string | null, text: string): void {
    const key = mistake ?? text;
    if (!this.#texts.has(key)) this.#texts.set(key, text);
  }

  has(mistake: string): boolean {
    return this.#texts.has(mistake);
  }

  /** Without those that others have too. */
  texts(others?: Findings): readonly string[] {
    return [...this.#texts].flatMap(([mistake, text]) => (others?.has(mistake) === true ? [] : [text]));
  }
}

/** The languages of views of the app, of those that pages are shown in. */
function usedLanguages(set: ViewSet, languages: readonly string[]): readonly string[] {
  const offered = languages.flatMap((tag) => fallbackTags(tag));
  const named = ownPaths(set).flatMap(({ language }) => language ?? []);
  return [...new Set(named)].filter((language) => offered.includes(language));
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
    const { flow, stage, view, layout, fields, files, passwords } = page;
    const key = JSON.stringify([placeKey({ flow, stage, locale: '' }), view, layout, fields, files, passwords]);
    if (!pages.has(key)) pages.set(key, page);
  }
  return [...pages.values()];
}
