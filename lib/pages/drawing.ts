import { deepestCause } from '../base/deepest-cause.js';
import { EnrollmentError } from '../base/error.js';
import type { DrawnProblem } from './checks/drawn-problem.js';
import { drawnProblems } from './checks/drawn-problems.js';
import { noOwnViews, type OwnViews } from './checks/field-problems.js';
import { tagsIn } from './checks/html-tags.js';
import { lostParts } from './checks/lost-parts.js';
import type { AllowedSources } from './checks/allowed-sources.js';
import type { PageModel } from './page-model.js';
import type { Template } from './views/template.js';
import { describeFault } from './views/view-fault.js';
import type { ViewFile, ViewSet } from './views/view-files.js';
import type { ViewModel } from './view-model.js';
import type { ViewPlace } from './views/view-names.js';
import { findIn, settledViews, tracedViews, type Tracing, type Views } from './views/views.js';
import { watchedLocals, type SentenceProblem } from './checks/watched-locals.js';

/** The HTML of a page, and the locals that it was drawn from. */
export interface Drawn {
  readonly html: string;
  readonly locals: ViewModel;
  /** True without the layout. */
  readonly isContent?: boolean;
}

/** Draws a page with these views. */
export type Draw = (model: PageModel, views: Views) => Drawn;

interface Drawing {
  /** @throws ERR_ENROLLMENT_VIEWS with the place of the failure, and in development for a page that leads nowhere */
  draw(model: PageModel, draw: Draw): string;
  drawn(model: PageModel, draw: Draw): Drawn;
  /** Checks what an app made of a page. @throws ERR_ENROLLMENT_VIEWS in development for a page that leads nowhere */
  check(html: string, model: PageModel, locals: ViewModel): void;
}

/** Draws with views that are read once, or with those that are there at each moment. */
export function createDrawing(
  viewsNow: () => ViewSet,
  {
    cache,
    wrongFiles,
    development,
    sources,
    hasOwnClasses,
    sentenceProblem,
    warn,
  }: {
    readonly cache: boolean;
    readonly wrongFiles: () => readonly string[];
    readonly development: boolean;
    readonly sources: AllowedSources | null;
    readonly hasOwnClasses: boolean;
    readonly sentenceProblem: SentenceProblem;
    readonly warn: (text: string) => void;
  },
): Drawing {
  const settled = settledViews(viewsNow());
  const options = { templates: new Map<string, Template>(), sources, hasOwnClasses, sentenceProblem };
  const checked = new Set<string>();
  const hasOwn = viewsNow().files.some(({ isKits }) => !isKits);

  function drawn(model: PageModel, draw: Draw): Drawn {
    if (!cache) {
      wrongFiles().forEach(warn);
      const { drawn: page, problems, warnings } = inspect(model, draw, viewsNow(), options);
      warnings.forEach(warn);
      tell(problems, model);
      return page;
    }
    let page: Drawn;
    try {
      page = draw(model, settled(placeOf(model)));
    } catch (cause) {
      // What is quick does not know the line: the page is drawn again.
      inspect(model, draw, viewsNow(), options);
      throw drawingError(model, { fault: null }, cause);
    }
    if (hasOwn) checkOnce(page, model, '', () => inspect(model, draw, viewsNow(), options));
    return page;
  }

  /**
   * In production each page is checked the first time that it is drawn. What is quick does not know file and line of
   * what is wrong: `again` draws such a page view by view.
   */
  function checkOnce(
    page: Drawn,
    model: PageModel,
    kind: '' | 'render ' = '',
    again: (() => Inspection) | null = null,
  ): void {
    const key = `${kind}${model.view} ${model.layout} ${model.flow?.slug ?? ''} ${model.stage ?? ''} ${model.locale}`;
    if (checked.has(key) || checked.size >= mostChecked) return;
    checked.add(key);
    const found = problemsOf(page, options);
    const problems = found.length > 0 && again !== null ? again().problems : found;
    for (const problem of problems) warn(problemText(model, problem));
  }

  function tell(problems: readonly DrawnProblem[], model: PageModel): void {
    const deadEnd = problems.find(({ isDeadEnd }) => isDeadEnd);
    if (deadEnd !== undefined) throw new EnrollmentError('ERR_ENROLLMENT_VIEWS', problemText(model, deadEnd));
    for (const problem of problems) warn(problemText(model, problem));
  }

  return {
    draw: (model, draw) => drawn(model, draw).html,
    drawn,
    check(html, model, locals) {
      if (development) tell(problemsOf({ html, locals }, options, noOwnViews), model);
      else checkOnce({ html, locals }, model, 'render ');
    },
  };
}

const mostChecked = 10_000;

/** What a page looks like, and what is wrong with it. */
export interface Inspection {
  readonly drawn: Drawn;
  readonly problems: readonly DrawnProblem[];
  /** Names that a template of the app reads and that do not exist. */
  readonly warnings: readonly string[];
  /** The views of the app that it was drawn with. */
  readonly own: readonly ViewFile[];
}

interface InspectOptions {
  readonly templates: Map<string, Template>;
  readonly sources: AllowedSources | null;
  /** True for an app with the option `classes`. */
  readonly hasOwnClasses: boolean;
  readonly sentenceProblem: SentenceProblem;
}

/**
 * Draws view by view, and looks at the result.
 * @throws ERR_ENROLLMENT_VIEWS with the place of the failure
 */
export function inspect(model: PageModel, draw: Draw, set: ViewSet, options: InspectOptions): Inspection {
  const { templates, sentenceProblem } = options;
  const warnings: string[] = [];
  const all: ViewFile[] = [];
  const ofFields = new Map<string, readonly ViewFile[]>();
  const tracing: Tracing = {
    fault: null,
    watch(locals, view) {
      if (view.isKits) return locals;
      all.push(view);
      const key = keyOfField(locals);
      if (key !== null) ofFields.set(key, [...(ofFields.get(key) ?? []), view]);
      return watchedLocals(locals, view, (text) => void warnings.push(text), sentenceProblem);
    },
  };
  try {
    const drawn = draw(model, tracedViews(findIn(set, placeOf(model)), templates, tracing, set.kits));
    const problems = problemsOf(drawn, options, { all, ofFields }, model.view);
    return { drawn, problems, warnings, own: all };
  } catch (cause) {
    throw drawingError(model, tracing, cause);
  }
}

function problemsOf(
  { html, locals, isContent = false }: Drawn,
  { sources, hasOwnClasses }: Pick<InspectOptions, 'sources' | 'hasOwnClasses'>,
  views?: OwnViews,
  page?: string,
): readonly DrawnProblem[] {
  const { form, scripts, lang, dir } = locals;
  // In production the trial has looked for what is lost, before the first request.
  const lost = views === undefined ? [] : lostParts(tagsIn(html), locals, views);
  if (isContent) return [...drawnProblems(html, form, sources, views, page), ...lost];
  return [...drawnProblems(html, form, sources, views, page, scripts, { lang, dir, hasOwnClasses }), ...lost];
}

/** The key of the field that a view was included with; `null`: with none. */
function keyOfField(locals: object): string | null {
  const field: unknown = Reflect.get(locals, 'field');
  const key: unknown = typeof field === 'object' && field !== null ? Reflect.get(field, 'key') : null;
  return typeof key === 'string' ? key : null;
}

/** A problem with its file and line, or else with its page. */
export function problemText(model: PageModel, { isDeadEnd, field, place, text }: DrawnProblem): string {
  if (place === null) return `${nameOf(model)} ${text}`;
  if (field === null && !isDeadEnd) return `${place}: ${text}`;
  // The view of one language: the pages in others are as they were.
  const isOfLanguage = /\.[A-Za-z][\w-]*\.ejs(?::\d+)?$/.test(place);
  return `${place}: ${nameOf(model, isOfLanguage ? model.locale : null)} ${text}`;
}

/** The page as a developer knows it, e.g. `the page "pages/prompt" (flow "invite", stage "account")`. */
export function nameOf(
  { view, flow, stage }: Pick<PageModel, 'view' | 'flow' | 'stage'>,
  language: string | null = null,
): string {
  const place = [
    ...(flow === null ? [] : [`flow "${flow.slug}"`]),
    ...(stage === null ? [] : [`stage "${stage}"`]),
    ...(language === null ? [] : [`language "${language}"`]),
  ];
  return `the page "${view}"${place.length === 0 ? '' : ` (${place.join(', ')})`}`;
}

function placeOf(model: PageModel): ViewPlace {
  return { flow: model.flow?.slug ?? null, stage: model.stage, locale: model.locale };
}

function drawingError(model: PageModel, { fault }: Tracing, cause: unknown): EnrollmentError {
  const reason = fault === null ? deepestCause(cause) : describeFault(fault);
  // EJS put every including file before the message; the fault says where it happened.
  if (fault !== null && cause instanceof Error) Reflect.set(cause, 'message', fault.reason);
  return new EnrollmentError('ERR_ENROLLMENT_VIEWS', `"${model.view}" could not be drawn: ${reason}`, { cause });
}
