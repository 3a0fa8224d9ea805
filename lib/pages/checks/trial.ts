import { isEnrollmentError } from '../../base/error.js';
import { directionOf, fallbackTags } from '../../base/language-tag.js';
import type { Flow } from '../../flow/flow.js';
import { problemText } from '../drawing.js';
import type { Pages } from '../pages.js';
import { layoutCheck, type LayoutParts } from './shown-brand.js';
import { isMadeUp, trialModels, trialPages, type TrialPage } from './trial-models.js';
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
  /** True where the page that creates an account says what people agree to. */
  readonly hasConsent: boolean;
  /** What layouts have to show. */
  readonly parts: LayoutParts;
}

/** Draws every page that a view of the app is part of, with the least and the most that the page can contain. */
export function tryViews(
  { flows, languages, hasLocals, hasConsent, parts }: Trial,
  set: ViewSet,
  pages: Pick<Pages, 'inspect'>,
): TrialResult {
  const issues = new Findings();
  const warnings = new Findings();
  const layouts = layoutCheck(parts);
  const types = ownPaths(set).flatMap(({ view }) =>
    set.kits.has(view) ? [] : (/^elements\/field-([-\w]+)$/.exec(view)?.[1] ?? []),
  );
  const used = usedLanguages(set, languages);
  const usual = usualLanguage(languages, used);
  const foreign = foreignLanguage(languages, usual);
  const laidOut = new Set<string>();
  for (const page of differentPages(flows, set)) {
    const layout = `${String(page.flow)} ${String(page.layout)}`;
    for (const { model, unknown } of trialModels(page, { types, hasLocals })) {
      // A layout may say the language of one page on all of them.
      const other = laidOut.has(layout) ? [] : foreign;
      laidOut.add(layout);
      for (const locale of new Set([usual, ...used, ...other])) {
        const isUsed = (): boolean => unknown.isUsed();
        const shown = { ...model, locale };
        try {
          const { problems, warnings: more, drawn, own } = pages.inspect(shown);
          layouts.see(drawn.html, own);
          for (const problem of problems) {
            // A form that is written by hand has no input for a field of the trial alone.
            if (problem.field !== null && page.fields?.includes(problem.field) !== true) continue;
            if (problem.lacksText === true && isUsed()) continue;
            if (problem.isOfApp === true || isMadeUp(problem, page, hasConsent)) continue;
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
  for (const text of layouts.warnings()) warnings.add(text, text);
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

/** A language whose pages are drawn with the views that are for all languages: English, if it is one of them. */
function usualLanguage(languages: readonly string[], used: readonly string[]): string {
  const others = languages.filter((tag) => !fallbackTags(tag).some((one) => used.includes(one)));
  return others.find((tag) => tag.toLowerCase() === 'en') ?? others[0] ?? languages[0] ?? 'en';
}

/** Another language, written in the other direction if there is one; empty: pages are in one language. */
function foreignLanguage(languages: readonly string[], usual: string): readonly string[] {
  const others = languages.filter((tag) => fallbackTags(tag).at(-1) !== fallbackTags(usual).at(-1));
  const found = others.find((tag) => directionOf(tag) !== directionOf(usual)) ?? others[0];
  return found === undefined ? [] : [found];
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
    const { flow, stage, view, layout, fields, files, passwords, createsAccount } = page;
    const key = JSON.stringify([
      placeKey({ flow, stage, locale: '' }),
      view,
      layout,
      fields,
      files,
      passwords,
      createsAccount,
    ]);
    if (!pages.has(key)) pages.set(key, page);
  }
  return [...pages.values()];
}
