import { EnrollmentError } from '../base/error.js';
import type { Message, Texts } from '../base/message.js';
import { createCatalogue } from './catalogue.js';
import { viewFolders } from './folders.js';
import type { Brand, PageModel, PlainPage } from './page-model.js';
import { renderPlain } from './plain.js';
import { changingViews, settledViews, type ViewFolder, type Views } from './resolve.js';
import { readStylesheet, type Stylesheet } from './stylesheet.js';
import { changingFiles, settledFiles } from './view-files.js';
import { viewModel, type ViewModel } from './view-model.js';

export interface PagesOptions {
  /** The app's own views: an absolute path or a `file:` URL. A file of the same relative path overrides the kit's. */
  readonly views?: string | URL | undefined;
  /** The default texts of the pages, stages, policies, prompts and flows, in one. */
  readonly texts: Texts;
  /** The app's overrides of these texts. */
  readonly messages?: Texts | undefined;
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
  text(message: Message): string;
  /** True if a view exists, e.g. `layouts/stacked`; with a `place`, as that flow and stage would find it. */
  has(view: string, place?: ViewFolder): boolean;
  readonly stylesheet: Stylesheet;
}

const nowhere: ViewFolder = Object.freeze({ flow: null, stage: null });

export function createPages(options: PagesOptions): Pages {
  const folders = viewFolders(options.views);
  const catalogue = createCatalogue(options);
  const viewsAt = options.cache ? settled(folders) : changing(folders);
  const stylesheet = readStylesheet(options.assetsPath);
  const text = (message: Message): string => catalogue.text(message);
  const sentence: ViewModel['text'] = (id, values) =>
    text(typeof id === 'string' ? { id, ...(values && { values }) } : id);
  const brand = Object.freeze({ name: options.brand.name, home: options.brand.home, logo: options.brand.logo ?? null });
  const common = { brand, stylesheet: stylesheet.path, text, sentence };

  function draw(model: PageModel): string {
    const views = viewsAt({ flow: model.flow?.slug ?? null, stage: model.stage });
    const locals = viewModel(model, { ...common, has: views.has }, views.include);
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
    renderPlain: (page: PlainPage) => renderPlain(page, common),
    text,
    has: (view: string, place: ViewFolder = nowhere) => viewsAt(place).has(view),
    stylesheet,
  });
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
