import type { JsonObject } from '../base/json.js';
import { message, type Message } from '../base/message.js';
import { formView, type FormView, type FormWords } from './form-view.js';
import { languageChoices, type LanguageChoice } from './languages/language-choices.js';
import type { Language } from './languages/languages.js';
import type { PageLink, PageModel } from './page-model.js';
import type { Views } from './views/views.js';
import type { Template } from './views/template.js';

/** The `locals` of templates. Closed: nothing from a request is ever added to it. */
export interface ViewModel {
  /** The language tag, for `<html lang>`. */
  readonly lang: string;
  /** The direction of writing, for `<html dir>`. */
  readonly dir: 'ltr' | 'rtl';
  /** What the page says; see below. */
  readonly page: PageContent;
  /** The form; `null` on a page without one. See below. */
  readonly form: FormView | null;
  /** What the option `brand` says. */
  readonly brand: {
    readonly name: string;
    readonly home: string;
    readonly logo: string | null;
    /** The logo for dark pages; `null`: the same. */
    readonly logoDark: string | null;
    /** Beside the page in the layout `split`; `null`: the brand's name on its color. */
    readonly picture: string | null;
    /** Terms, privacy and help, below every page; `label` is a message. */
    readonly links: readonly PageLink[];
  };
  /** The address of the kit's stylesheet. */
  readonly stylesheet: string;
  /** The address of a second one that the page needs; `null`: none, as in every app with views of its own. */
  readonly moreStyles: string | null;
  /** The paths of the scripts that the page uses; empty without scripts. */
  readonly scripts: readonly string[];
  /** The languages of the app, for the switch; empty where there is nothing to choose. */
  readonly languages: readonly LanguageChoice[];
  /** The result of your option `locals(req)`. */
  readonly app: Readonly<Record<string, unknown>>;
  /** A sentence of the catalogue, by id or as a message. */
  readonly text: (sentence: string | Message, values?: Message['values']) => string;
  /**
   * Renders another view, by its name with a leading slash; `more` is added to its locals. Templates write
   * `include(…)`.
   */
  readonly include: Include;
}

type Include = (name: string, more?: object) => string;

interface PageContent {
  /** e.g. `/pages/prompt`: what the layout includes. */
  readonly view: string;
  /** e.g. `prompt`. */
  readonly name: string;
  /** The flow's slug; `null` on a page of no flow. */
  readonly flow: string | null;
  /** The stage's name; `null` on a page of no stage. */
  readonly stage: string | null;
  /** The heading. */
  readonly title: string;
  /** For `<title>`: with the brand, and marked if the page reports an error. */
  readonly documentTitle: string;
  /** One sentence below the title. */
  readonly intro: string | null;
  /** Who invited, on the pages after the code; `null` if the option `inviters.displayName` names no one. */
  readonly inviter: string | null;
  /** How far the visitor has come, with the sentence that says it; `null` where it is not known. */
  readonly steps: { readonly text: string; readonly current: number; readonly total: number } | null;
  /** `null` if it would only repeat the title. */
  readonly flowTitle: string | null;
  /** What just happened, e.g. that the session expired. */
  readonly notice: string | null;
  /** Paragraphs. */
  readonly messages: readonly string[];
  /** The sentence, e.g. `Reference: K7PQ3XWM`. */
  readonly reference: string | null;
  /** Where to go from here. */
  readonly links: readonly LinkContent[];
  /** Buttons such as "Continue with Acme"; `icon` may be null. */
  readonly sources: readonly SourceContent[];
  /** Who is signed in at a source, and a link to be somebody else. */
  readonly recognized: { readonly text: string; readonly another: LinkContent | null } | null;
  /** The stage's challenge; its sentences are messages, for `locals.text`. */
  readonly challenge: JsonObject;
}

interface LinkContent {
  readonly href: string;
  readonly label: string;
  /** Stands before the link, e.g. `Already have an account?`. */
  readonly question: string | null;
  /** True for what the page recommends: it looks like a button, where no other button of the page is to be pressed. */
  readonly primary: boolean;
  /** True where it is not what people most likely want, such as canceling. */
  readonly quiet: boolean;
  /** True where it leads to what ends or removes something for good. */
  readonly destructive: boolean;
  /**
   * The name and value of a button that submits the form instead, by its `form.id`, so that what was typed is kept;
   * `null`: a plain link.
   */
  readonly button: { readonly name: string; readonly value: string } | null;
}

interface SourceContent {
  readonly href: string;
  readonly label: string;
  readonly icon: string | null;
  readonly slug: string;
}

interface ViewWords extends FormWords {
  /** Of the language. */
  readonly dir: ViewModel['dir'];
  readonly scriptsFor: (form: FormView | null) => readonly string[];
  readonly brand: ViewModel['brand'];
  readonly languages: readonly Language[];
  readonly sentence: ViewModel['text'];
}

const fieldElement = '/elements/field';

/** The stylesheets of a page. */
export type PageStyles = Pick<ViewModel, 'stylesheet' | 'moreStyles'>;

/**
 * `submits`: whether the language switch and links may submit the form. `keepsFields`: whether the HTML of fields may be
 * kept, which is true of the kit's own templates. `stylesFor`: what a page with this form and these
 * scripts loads.
 */
export function viewModel(
  model: PageModel,
  words: ViewWords,
  { include: find, has }: Views,
  {
    submits,
    keepsFields,
    stylesFor,
  }: {
    readonly submits: boolean;
    readonly keepsFields: boolean;
    readonly stylesFor: (form: FormView | null, scripts: readonly string[]) => PageStyles;
  },
): ViewModel {
  const languages = languageChoices(words.languages, model.locale, model.languagePath);
  const isLink = model.links.some((link) => link.submits !== undefined);
  const switchable = submits && (languages.length > 0 || isLink);
  const form =
    model.form === null
      ? null
      : formView(model.form, model.challenge, words, { has, switchable, isCarrier: submits && isLink });
  const scripts = words.scriptsFor(form);
  const { stylesheet, moreStyles } = stylesFor(form, scripts);
  const locals: ViewModel = {
    lang: model.locale,
    dir: words.dir,
    page: pageContent(model, form, words),
    form,
    brand: words.brand,
    stylesheet,
    moreStyles,
    scripts,
    languages,
    app: model.app,
    text: words.sentence,
    include: (name, more) => {
      if (more === undefined) return find(name)(locals);
      const draw = (): string => find(name)(withMore(locals, more, find));
      if (!keepsFields || name !== fieldElement) return draw();
      return words.sharedFields.html(Reflect.get(more, 'field'), scripts.length > 0, draw);
    },
  };
  return locals;
}

/** An included view passes its own locals on to the views that it includes. */
function withMore(locals: object, more: object, find: (name: string) => Template): object {
  const include: Include = (name, further) => find(name)(further === undefined ? own : withMore(own, further, find));
  // Several times faster here than a spread: it runs once for each field.
  const own = Object.assign({}, locals, more, { include });
  return own;
}

function pageContent(model: PageModel, form: FormView | null, { text }: ViewWords): PageContent {
  const title = text(model.title);
  const flowTitle = model.flow === null ? null : text(model.flow.title);
  const invalid = form !== null && form.errors.length > 0;
  return {
    view: `/${model.view}`,
    name: model.view.slice(model.view.lastIndexOf('/') + 1),
    flow: model.flow?.slug ?? null,
    stage: model.stage,
    title,
    documentTitle: text(message(invalid ? 'page.title_invalid' : 'page.title', { page: title })),
    intro: model.intro === null ? null : text(model.intro),
    inviter: model.inviter,
    steps: stepsContent(model.steps, text),
    flowTitle: flowTitle !== null && isSame(flowTitle, title) ? null : flowTitle,
    notice: model.notice === null ? null : text(model.notice),
    messages: model.messages.map(text),
    reference: model.reference === null ? null : text(message('page.reference', { reference: model.reference })),
    links: model.links.map((link) => linkContent(link, text, form !== null && form.id !== null)),
    sources: model.sources.map(({ href, label, icon, slug }) => ({ href, label: text(label), icon, slug })),
    recognized: recognizedContent(model.recognized, text),
    challenge: model.challenge,
  };
}

/** "Delete your account" above "Delete your account?" says nothing more. */
function isSame(one: string, other: string): boolean {
  if (one === other) return true;
  const bare = (text: string): string => text.replace(/[\p{P}\s]+$/u, '').toLowerCase();
  return bare(one) === bare(other);
}

function stepsContent(steps: PageModel['steps'], text: ViewWords['text']): PageContent['steps'] {
  if (steps === null) return null;
  const { current, total } = steps;
  return { text: text(message('page.step', { current, total })), current, total };
}

function recognizedContent(recognized: PageModel['recognized'], text: ViewWords['text']): PageContent['recognized'] {
  if (recognized === null) return null;
  const { another } = recognized;
  return { text: text(recognized.text), another: another === null ? null : linkContent(another, text) };
}

function linkContent(
  { href, label, question, primary = false, quiet = false, destructive = false, submits }: PageLink,
  text: ViewWords['text'],
  submitsForm = false,
): LinkContent {
  const button = submitsForm ? (submits ?? null) : null;
  return {
    href,
    label: text(label),
    question: question === undefined ? null : text(question),
    primary,
    quiet,
    destructive,
    button,
  };
}
