import { deepestCause } from '../base/deepest-cause.js';
import { EnrollmentError } from '../base/error.js';
import type { Message, Texts } from '../base/message.js';
import type { MessagesOption } from '../base/texts/messages.js';
import type { Catalogue } from './catalogue.js';
import { viewFolders, type ViewsOption } from './folders.js';
import { createLanguages, type Language } from './languages.js';
import type { Brand, PageModel, PlainPage } from './page-model.js';
import { renderPlain } from './plain.js';
import { readStylesheet, type Stylesheet } from './stylesheet.js';
import type { Template } from './template.js';
import { describeFault } from './view-fault.js';
import { readViews } from './view-files.js';
import { viewModel, type ViewModel } from './view-model.js';
import type { ViewPlace } from './view-names.js';
import { findIn, settledViews, tracedViews, type Tracing, type Views } from './views.js';

export interface PagesOptions {
  /** The app's own views: absolute paths or `file:` URLs. A file of the same relative path overrides the kit's. */
  readonly views?: ViewsOption | undefined;
  /** The default texts of the pages, stages, policies, prompts and flows, in one. */
  readonly texts: Texts;
  /** The app's texts: replacements of these, and languages by tag. */
  readonly messages?: MessagesOption | undefined;
  /** The tags of the languages that ship with the kit and that the app offers. */
  readonly languages?: readonly string[] | null | undefined;
  /** The tag of the default language. */
  readonly defaultLocale?: string | undefined;
  readonly brand: Brand;
  /** Where the kit serves its assets, e.g. `/join/assets`. */
  readonly assetsPath: string;
  /** True: every view is read at the start. False: the app's views are read again for each page. */
  readonly cache: boolean;
  /** Called once for each message id that has no text. */
  readonly missing?: ((id: string) => void) | undefined;
}

export interface Pages {
  /**
   * The page as HTML. A view that throws is `ERR_ENROLLMENT_VIEWS`, with file, line and excerpt, and the template's
   * error as its cause.
   */
  render(page: PageModel): string;
  /** Never throws; used when `render` has thrown. */
  renderPlain(page: PlainPage): string;
  /** A message in the language of this tag, one of `languages`; any other tag, or none: the default texts. */
  text(message: Message, locale?: string): string;
  /** The languages that visitors can choose, the default one too. */
  readonly languages: readonly Language[];
  /** The tag of the default language. */
  readonly defaultLanguage: string;
  /** The tag of the language that serves a requested tag, e.g. `pt` for `pt-BR`; `null` if none does. */
  languageFor(requested: string): string | null;
  /** True if a view exists, e.g. `layouts/stacked`; with a `place`, as that flow and stage would find it. */
  has(view: string, place?: Pick<ViewPlace, 'flow' | 'stage'>): boolean;
  readonly stylesheet: Stylesheet;
}

const nowhere: ViewPlace = Object.freeze({ flow: null, stage: null, locale: '' });

export function createPages(options: PagesOptions): Pages {
  const viewsNow = readViews(viewFolders(options.views), { changing: !options.cache });
  const { standard, standardTag, catalogues, offered, find } = createLanguages(options);
  const settled = settledViews(viewsNow());
  const templates = new Map<string, Template>();
  const stylesheet = readStylesheet(options.assetsPath);
  const brand = Object.freeze({ name: options.brand.name, home: options.brand.home, logo: options.brand.logo ?? null });
  const languages = offered.length > 1 ? offered : [];
  const wordsOf = ({ text }: Catalogue) => ({
    brand,
    stylesheet: stylesheet.path,
    languages,
    text,
    sentence: sentenceOf(text),
  });
  const common = wordsOf(standard);
  const words = new Map([...catalogues].map(([tag, catalogue]) => [tag, wordsOf(catalogue)]));

  function draw(model: PageModel, views: Views): string {
    const locals = viewModel(model, words.get(model.locale) ?? common, views);
    return locals.include(`/layouts/${model.layout}`);
  }

  /** Draws with line numbers. @throws ERR_ENROLLMENT_VIEWS with the place of the failure */
  function traced(model: PageModel): string {
    const tracing: Tracing = { fault: null };
    try {
      return draw(model, tracedViews(findIn(viewsNow(), placeOf(model)), templates, tracing));
    } catch (cause) {
      throw drawingError(model, tracing, cause);
    }
  }

  return Object.freeze({
    render(model: PageModel): string {
      if (!options.cache) return traced(model);
      try {
        return draw(model, settled(placeOf(model)));
      } catch (cause) {
        // What is quick does not know the line: the page is drawn again.
        traced(model);
        throw drawingError(model, { fault: null }, cause);
      }
    },
    renderPlain: (page: PlainPage) => renderPlain(page, words.get(page.locale) ?? common),
    text: (message: Message, locale = '') => (words.get(locale) ?? common).text(message),
    languages: offered,
    defaultLanguage: standardTag,
    languageFor: find,
    has: (view: string, place: Pick<ViewPlace, 'flow' | 'stage'> = nowhere) =>
      findIn(viewsNow(), { ...place, locale: '' })(view) !== null,
    stylesheet,
  });
}

function sentenceOf(text: Catalogue['text']): ViewModel['text'] {
  return (id, values) => text(typeof id === 'string' ? { id, ...(values && { values }) } : id);
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
