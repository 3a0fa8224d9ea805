import { directionOf } from '../base/language-tag.js';
import type { Message, Texts } from '../base/message.js';
import type { MessagesOption } from '../base/texts/messages.js';
import type { Catalogue } from './languages/catalogue.js';
import type { AllowedSources } from './checks/allowed-sources.js';
import type { ClassNames } from './views/class-names.js';
import { consentParts } from './consent.js';
import { createDrawing, inspect, nameOf, type Draw, type Drawn, type Inspection } from './drawing.js';
import { viewFolders, type ViewsOption } from './views/folders.js';
import { onceForEach } from './once-for-each.js';
import { switchesLanguage } from './language-buttons.js';
import { createLanguages, type Language } from './languages/languages.js';
import type { Brand, PageModel, PlainPage } from './page-model.js';
import { renderPlain } from './theme/plain.js';
import { sentenceCheck } from './languages/message-issues.js';
import { noScripts, readScripts } from './theme/scripts.js';
import { knownRareBlock } from './theme/known-rare-block.js';
import { hasRareBlock, hasSplitLayout } from './theme/rare-rules.js';
import { readStylesheets, type Stylesheet } from './theme/stylesheet.js';
import type { Template } from './views/template.js';
import { createSharedFields } from './shared-fields.js';
import { readViews } from './views/view-files.js';
import { viewModel, type PageStyles, type ViewModel } from './view-model.js';
import type { ViewPlace } from './views/view-names.js';
import { findIn, type Views } from './views/views.js';

export interface PagesOptions {
  /** The app's own views: absolute paths or `file:` URLs. A file of the same relative path overrides the kit's. */
  readonly views?: ViewsOption | undefined;
  /** Class names by those of the kit, without their prefix. */
  readonly classes?: ClassNames | undefined;
  /** The default texts of the pages, stages, policies, prompts and flows, in one. */
  readonly texts: Texts;
  /** The app's texts: replacements of these, and languages by tag. */
  readonly messages?: MessagesOption | undefined;
  /** The tags of the languages that ship with the kit and that the app offers. */
  readonly languages?: readonly string[] | null | undefined;
  /** The tag of the default language. */
  readonly defaultLocale?: string | undefined;
  readonly brand: Brand;
  /** False: pages load no script. */
  readonly scripts?: boolean | undefined;
  /** What the pages' policy allows; left out, what templates load is not checked. */
  readonly sources?: AllowedSources | undefined;
  /** Where the kit serves its assets, e.g. `/join/assets`. */
  readonly assetsPath: string;
  /** True: every view is read at the start. False: the app's views are read again for each page. */
  readonly cache: boolean;
  /** True: a page of the app that leads nowhere is an error, not a warning. Default: where nothing is cached. */
  readonly development?: boolean | undefined;
  /** Called once for each message id that has no text. */
  readonly missing?: ((id: string) => void) | undefined;
  /** What is wrong with the app's files at this moment: reported with each page where the files are read again. */
  readonly wrongFiles?: (() => readonly string[]) | undefined;
  /** Called once for each mistake of a template that still draws a page. */
  readonly warn?: ((text: string) => void) | undefined;
}

export interface Pages {
  /**
   * The page as HTML. A view that throws is `ERR_ENROLLMENT_VIEWS`, with file, line and excerpt, and the template's
   * error as its cause; so is a page that leads nowhere, in development.
   */
  render(page: PageModel): string;
  /** The page without its layout, and its locals: for the app's own layout. Throws as `render` does. */
  content(page: PageModel): Drawn;
  /** Checks what the app made of the content. Throws as `render` does. */
  check(html: string, page: PageModel, locals: ViewModel): void;
  /** Warns once of what the app does with a page: a predicate, whose subject is the page. */
  warn(page: PageModel, text: string): void;
  /** Draws a page to find out what is wrong with it. Throws as `render` does. */
  inspect(page: PageModel): Inspection;
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
  /** The whole of it: what an app's own layout and pages load. */
  readonly stylesheet: Stylesheet;
  /** The texts of the stylesheets by path: the whole, and the smaller one of pages that need no more. */
  readonly stylesheets: ReadonlyMap<string, string>;
  /** The scripts by path; empty without `scripts`. */
  readonly scripts: ReadonlyMap<string, string>;
}

const nowhere: ViewPlace = Object.freeze({ flow: null, stage: null, locale: '' });

export function createPages(options: PagesOptions): Pages {
  const viewsNow = readViews(viewFolders(options.views), {
    changing: !options.cache,
    classes: options.classes,
  });
  const { standard, standardTag, catalogues, offered, find } = createLanguages({
    ...options,
    brandName: options.brand.name,
  });
  const templates = new Map<string, Template>();
  const sources = options.sources ?? null;
  const warn = onceForEach(options.warn);
  const sentenceProblem = sentenceCheck(options);
  const hasOwnClasses = Object.keys(options.classes ?? {}).length > 0;
  const drawing = createDrawing(viewsNow, {
    cache: options.cache,
    wrongFiles: options.wrongFiles ?? (() => []),
    development: options.development ?? !options.cache,
    sources,
    hasOwnClasses,
    sentenceProblem,
    warn,
  });
  const stylesheets = readStylesheets(options.assetsPath, options.brand);
  const stylesheet = stylesheets.complete;
  const scripts = options.scripts === false ? noScripts : readScripts(options.assetsPath, options.classes);
  const brand = brandContent(options.brand);
  const hasOwnViews = options.views !== undefined;
  const usualLayout = options.brand.layout ?? 'stacked';
  const languages = offered.length > 1 ? offered : [];
  const wordsIn = ({ text }: Catalogue, tag: string) => ({
    dir: directionOf(tag),
    brand,
    scriptsFor: scripts.pathsFor,
    languages,
    consent: consentParts(options.brand.consent ?? {}, text),
    text,
    sentence: sentenceOf(text),
    sharedFields: createSharedFields(),
  });
  const words = new Map([...catalogues].map(([tag, catalogue]) => [tag, wordsIn(catalogue, tag)]));
  const common = wordsIn(standard, standardTag);
  const wordsFor = (locale: string) => words.get(locale) ?? common;

  const whole: PageStyles = { stylesheet: stylesheet.path, moreStyles: null };
  const localsOf = (
    model: PageModel,
    views: Views,
    { submits = true, stylesFor = () => whole }: Partial<Parameters<typeof viewModel>[3]> = {},
  ): ViewModel => viewModel(model, wordsFor(model.locale), views, { submits, stylesFor, keepsFields: !hasOwnViews });

  const layoutOf = (model: PageModel): string => model.layout ?? usualLayout;

  const drawLayout = (model: PageModel, locals: ViewModel): Drawn => ({
    locals,
    html: locals.include(`/layouts/${layoutOf(model)}`),
  });

  const fitted = ({ html, locals }: Drawn): Drawn => ({
    html: stylesheets.fitted(html, {
      split: hasSplitLayout(html),
      rare: scripts.addRareBlock(locals.scripts) || hasRareBlock(html),
    }),
    locals,
  });

  // Of a page without a form, that is what is reported.
  const reportMisplaced = (html: string, model: PageModel): void => {
    if (/<form\b/i.test(html)) warn(misplaced(model));
  };

  // In the kit's own views most pages are known before they are drawn. Searching one costs as much as a third of drawing it.
  const drawKits: Draw = (model, views) => {
    const { path: usual } = stylesheets.usual(layoutOf(model) === 'split');
    const stylesFor = (form: ViewModel['form'], used: readonly string[]): PageStyles => {
      const isRare = scripts.addRareBlock(used) || knownRareBlock(model, form);
      return isRare === null ? whole : { stylesheet: usual, moreStyles: isRare ? stylesheets.rare.path : null };
    };
    const drawn = drawLayout(model, localsOf(model, views, { stylesFor }));
    return drawn.locals.stylesheet === whole.stylesheet ? fitted(drawn) : drawn;
  };

  const drawWhole: Draw = (model, views) => {
    // Its buttons stand behind the form.
    if (!hasOwnViews) return hasOwnClasses ? fitted(drawLayout(model, localsOf(model, views))) : drawKits(model, views);
    const drawn = drawLayout(model, localsOf(model, views));
    if (switchesLanguage(drawn.html, drawn.locals)) return fitted(drawn);
    reportMisplaced(drawn.html, model);
    return fitted(drawLayout(model, localsOf(model, views, { submits: false })));
  };

  // The app decides where its switch stands, and shows it only once the page is drawn.
  let submitsInApp = true;
  const drawContent: Draw = (model, views) => {
    const locals = localsOf(model, views, { submits: submitsInApp });
    return { locals, html: locals.include(locals.page.view), isContent: true };
  };

  return Object.freeze({
    render: (model: PageModel) => drawing.draw(model, drawWhole),
    content: (model: PageModel) => drawing.drawn(model, drawContent),
    check(html: string, model: PageModel, locals: ViewModel) {
      if (!switchesLanguage(html, locals)) {
        submitsInApp = false;
        reportMisplaced(html, model);
      }
      drawing.check(html, model, locals);
    },
    warn(model: PageModel, text: string) {
      warn(`${nameOf(model)} ${text}`);
    },
    inspect: (model: PageModel) =>
      inspect(model, drawWhole, viewsNow(), { templates, sources, hasOwnClasses, sentenceProblem }),
    renderPlain: (page: PlainPage) => renderPlain(page, { ...wordsFor(page.locale), stylesheet: stylesheet.path }),
    text: (message: Message, locale = '') => wordsFor(locale).text(message),
    languages: offered,
    defaultLanguage: standardTag,
    languageFor: find,
    has: (view: string, place: Pick<ViewPlace, 'flow' | 'stage'> = nowhere) =>
      findIn(viewsNow(), { ...place, locale: '' })(view) !== null,
    stylesheet,
    stylesheets: stylesheets.bodies,
    scripts: scripts.bodies,
  });
}

/** Buttons before the form are what Enter presses in a field. */
function misplaced(model: PageModel): string {
  return `${nameOf(model)} has a language switch or a "Cancel" of plain links, by which what is typed is lost: give the form id="<%= locals.form.id %>", and include('/elements/languages') and '/elements/links' after it`;
}

function brandContent(brand: Brand): ViewModel['brand'] {
  return Object.freeze({
    name: brand.name,
    home: brand.home,
    logo: brand.logo ?? null,
    logoDark: brand.logoDark ?? null,
    picture: brand.picture ?? null,
    links: brand.links ?? [],
  });
}

function sentenceOf(text: Catalogue['text']): ViewModel['text'] {
  return (id, values) => text(typeof id === 'string' ? { id, ...(values && { values }) } : id);
}
