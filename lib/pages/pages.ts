import { EnrollmentError } from '../base/error.js';
import type { Message, Texts } from '../base/message.js';
import type { MessagesOption } from '../base/texts/messages.js';
import type { Catalogue } from './catalogue.js';
import { viewFolders } from './folders.js';
import { inlined } from './inline.js';
import { createLanguages } from './languages.js';
import type { Brand, PageModel, PlainPage } from './page-model.js';
import { renderPlain } from './plain.js';
import { readStylesheet, type Stylesheet } from './stylesheet.js';
import { compileTemplate, type Template } from './template.js';
import { changingFiles, settledFiles, type ViewFile, type ViewFiles } from './view-files.js';
import { viewModel, type ViewModel } from './view-model.js';

export interface PagesOptions {
  /** The app's own views: an absolute path or a `file:` URL. A file of the same relative path overrides the kit's. */
  readonly views?: string | URL | undefined;
  /** The default texts of the pages, stages, policies, prompts and flows, in one. */
  readonly texts: Texts;
  /** The app's texts: replacements of these, and languages by tag. */
  readonly messages?: MessagesOption | undefined;
  readonly brand: Brand;
  /** Where the kit serves its assets, e.g. `/join/assets`. */
  readonly assetsPath: string;
  /** True: every view is compiled at the start. False: a view is read again whenever its file has changed. */
  readonly cache: boolean;
  /** Called once for each message id that has no text. */
  readonly missing?: ((id: string) => void) | undefined;
}

export interface Pages {
  /** The page as HTML. A view that throws is `ERR_ENROLLMENT_VIEWS`, with the template's error as its cause. */
  render(page: PageModel): string;
  /** Never throws; used when `render` has thrown. */
  renderPlain(page: PlainPage): string;
  /** A message in the language of this tag, one of `languages`; any other tag, or none: the default texts. */
  text(message: Message, locale?: string): string;
  /** The tags of the app's languages. */
  readonly languages: readonly string[];
  /** The tag of the language that serves a requested tag, e.g. `pt` for `pt-BR`; `null` if none does. */
  languageFor(requested: string): string | null;
  /** True if a view exists, e.g. `layouts/stacked`; with a `place`, as that flow and stage would find it. */
  has(view: string, place?: ViewFolder): boolean;
  readonly stylesheet: Stylesheet;
}

const nowhere: ViewFolder = Object.freeze({ flow: null, stage: null });

export function createPages(options: PagesOptions): Pages {
  const folders = viewFolders(options.views);
  const { standard, catalogues, find } = createLanguages(options);
  const viewsAt = options.cache ? settled(folders) : changing(folders);
  const stylesheet = readStylesheet(options.assetsPath);
  const brand = Object.freeze({ name: options.brand.name, home: options.brand.home, logo: options.brand.logo ?? null });
  const wordsOf = ({ text }: Catalogue) => ({ brand, stylesheet: stylesheet.path, text, sentence: sentenceOf(text) });
  const common = wordsOf(standard);
  const words = new Map([...catalogues].map(([tag, catalogue]) => [tag, wordsOf(catalogue)]));

  function draw(model: PageModel): string {
    const views = viewsAt({ flow: model.flow?.slug ?? null, stage: model.stage });
    const locals = viewModel(model, words.get(model.locale) ?? common, views);
    return locals.include(`/layouts/${model.layout}`);
  }

  return Object.freeze({
    render(model: PageModel): string {
      try {
        return draw(model);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new EnrollmentError('ERR_ENROLLMENT_VIEWS', `"${model.view}" could not be drawn: ${reason}`, { cause });
      }
    },
    renderPlain: (page: PlainPage) => renderPlain(page, words.get(page.locale) ?? common),
    text: (message: Message, locale = '') => (words.get(locale) ?? common).text(message),
    languages: Object.freeze([...catalogues.keys()]),
    languageFor: find,
    has: (view: string, place: ViewFolder = nowhere) => viewsAt(place).has(view),
    stylesheet,
  });
}

function sentenceOf(text: Catalogue['text']): ViewModel['text'] {
  return (id, values) => text(typeof id === 'string' ? { id, ...(values && { values }) } : id);
}

type ViewsAt = (place: ViewFolder) => Views;

function changing(folders: readonly string[]): ViewsAt {
  const files = changingFiles(folders);
  return (place) => changingViews(files, place);
}

/** Flows and stages are configured, so the cache stays small. */
function settled(folders: readonly string[]): ViewsAt {
  const files = settledFiles(folders);
  const places = new Map<string, Views>();
  return (place) => {
    const key = `${place.flow ?? ''}/${place.stage ?? ''}`;
    const known = places.get(key) ?? settledViews(files, place);
    places.set(key, known);
    return known;
  };
}

/** The flow and stage of a page; they decide which of several views of one name is used. */
interface ViewFolder {
  readonly flow: string | null;
  readonly stage: string | null;
}

/** The views as one flow and stage resolve them. */
export interface Views {
  readonly has: (name: string) => boolean;
  /** By the name in the include, with its leading slash; throws if it does not exist. */
  readonly include: (name: string) => Template;
}

/** Resolves every view at each use: for files that change. */
function changingViews(files: ViewFiles, place: ViewFolder): Views {
  const find = finder(files, place);
  return { has: (name) => find(name) !== null, include: (name) => existing(name, find).template };
}

/** Resolves every view once, and compiles it with its includes inlined. */
function settledViews(files: ViewFiles, place: ViewFolder): Views {
  const find = finder(files, place);
  const textOf = (name: string): string | null => find(name)?.text ?? null;
  return {
    has: once((name) => find(name) !== null),
    include: once((included) => {
      const { file, text } = existing(included, find);
      return compileTemplate(inlined(included.slice(1), textOf) ?? text, file, false);
    }),
  };
}

function once<T>(look: (name: string) => T): (name: string) => T {
  const found = new Map<string, T>();
  return (name) => {
    const known = found.get(name);
    if (known !== undefined) return known;
    const value = look(name);
    found.set(name, value);
    return value;
  };
}

const part = /^[-\w]+$/;

/**
 * For the view `pages/prompt` of the flow `invite` at its stage `account`, the first of
 * `flows/invite/account/pages/prompt`, `flows/invite/pages/prompt`, `pages/prompt`.
 */
function finder(files: ViewFiles, { flow, stage }: ViewFolder): (name: string) => ViewFile | null {
  const folders = [''];
  if (flow !== null && part.test(flow)) {
    folders.unshift(`flows/${flow}/`);
    if (stage !== null && part.test(stage)) folders.unshift(`flows/${flow}/${stage}/`);
  }
  return (name) => {
    for (const folder of folders) {
      const view = files.find(folder + name);
      if (view !== null) return view;
    }
    return null;
  };
}

function existing(included: string, find: (name: string) => ViewFile | null): ViewFile {
  // A relative include would be resolved beside the including file and would bypass every override.
  if (!/^(\/[-\w]+)+$/.test(included)) {
    throw new EnrollmentError(
      'ERR_ENROLLMENT_VIEWS',
      `Cannot include "${included}": write its name as in include('/elements/field').`,
    );
  }
  const view = find(included.slice(1));
  if (view === null) throw new EnrollmentError('ERR_ENROLLMENT_VIEWS', `There is no view "${included}".`);
  return view;
}
