import type { JsonObject } from '../base/json.js';
import type { FieldErrors, Message } from '../base/message.js';
import type { ConsentLinks } from './consent.js';
import type { BrandLook } from './theme/brand-theme.js';

/**
 * Everything that a page is rendered from, before it is converted to text. Created by `http/`, read only in
 * `lib/pages/`.
 */
export interface PageModel {
  /** `pages/prompt`, `continue`, `denied`, `problem`, `enrolled`, `cancel`; a custom stage may name another. */
  readonly view: string;
  /** The layout's name: `layouts/<layout>.ejs`; `null`: the brand's. */
  readonly layout: string | null;
  /** A language tag, for `<html lang dir>`. */
  readonly locale: string;
  /** Where the same page is shown by GET in another language; `null`: nowhere, so it offers none. */
  readonly languagePath: string | null;
  readonly flow: { readonly slug: string; readonly title: Message } | null;
  /** The stage's name: with the flow's slug it decides which views win. */
  readonly stage: string | null;
  readonly title: Message;
  /** One sentence below the title: what the page is for. */
  readonly intro: Message | null;
  /** The name of who invited, once the code is accepted. */
  readonly inviter: string | null;
  /** Where the flow has a known number of pages. */
  readonly steps: { readonly current: number; readonly total: number } | null;
  /** What happened before this page, e.g. `notice.expired`. */
  readonly notice: Message | null;
  /** The stage's challenge; its `fields`, if any, become the fields of the form. */
  readonly challenge: JsonObject;
  readonly form: PageForm | null;
  readonly messages: readonly Message[];
  /** Visitors quote it when they ask for help. */
  readonly reference: string | null;
  readonly links: readonly PageLink[];
  /** The sources offered for signing in; the page renders one button for each. */
  readonly sources: readonly SourceButton[];
  /** The visitor as a source identifies them. */
  readonly recognized: Recognized | null;
  /** The result of the app's own `locals(req)`. Templates see it only as `locals.app`. */
  readonly app: Readonly<Record<string, unknown>>;
}

export interface PageForm {
  readonly action: string;
  /** Carries the step's signature. */
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
  /** The values typed before, by field key, without the stage's secret fields. */
  readonly typed: Readonly<Record<string, string | readonly string[]>>;
  /** The field that gets the focus where none has an error; `null`, or left out: none. */
  readonly focus?: string | null;
  readonly errors: FieldErrors;
  readonly submit: Message;
  /** True where the button discards or ends something: the page offers what keeps it first. */
  readonly discards?: boolean;
  /** True where the button may create an account: the page says what the visitor agrees to. */
  readonly createsAccount?: boolean;
  /** How long the form is accepted as it is; `null`, or left out: long enough. */
  readonly time?: PageTime | null;
  /** Titles that the fragment of the address may choose; `null`, or left out: none. */
  readonly words?: readonly FragmentWords[] | null;
}

/** The title of a page whose address ends in `#type=<type>&app=<app>`; `app` is `null` for the title without one. */
export interface FragmentWords {
  readonly type: string;
  readonly app: string | null;
  readonly title: Message;
}

export interface PageTime {
  /** In the order in which they end. */
  readonly limits: readonly TimeLimit[];
}

export interface TimeLimit {
  /**
   * What ends: the form with its session, the saved password, the reservation of the seat (0 seconds: it has ended), or
   * the time in which the answer of the `source` is accepted.
   */
  readonly of: 'session' | 'password' | 'seat' | 'source';
  readonly seconds: number;
  /** True where asking for more time gives some. */
  readonly extendable: boolean;
  /** The name of the source. */
  readonly source?: string;
}

export interface PageLink {
  readonly href: string;
  readonly label: Message;
  /** Before the link: the question that it answers, e.g. "Already have an account?". */
  readonly question?: Message;
  /** True for what the page's text recommends: a button, where the page has no other, or one that discards something. */
  readonly primary?: boolean;
  /** True for a link that is not what people most likely want. */
  readonly quiet?: boolean;
  /** True for a link to what ends or removes something for good. */
  readonly destructive?: boolean;
  /** What it adds to the page's form where it submits that instead, so that what was typed is kept. */
  readonly submits?: { readonly name: string; readonly value: string };
}

/**
 * A link to a source: not a form, because the pages' Content-Security-Policy would block a form that is redirected to
 * another origin.
 */
export interface SourceButton {
  readonly href: string;
  readonly label: Message;
  /** An image of the app's own origin or a `data:` URL, as `Brand.logo`; decoration beside the label. */
  readonly icon: string | null;
  /** The source's slug, for templates that render one of them differently. */
  readonly slug: string;
}

interface Recognized {
  readonly text: Message;
  /** A link to continue as another person. */
  readonly another: PageLink | null;
}

/** What can still be shown when a view itself has failed. */
export interface PlainPage {
  readonly locale: string;
  /** As in `PageModel`. */
  readonly languagePath: string | null;
  readonly title: Message;
  readonly messages: readonly Message[];
  readonly reference: string | null;
  readonly links: readonly PageLink[];
  /** For a developer: the file, the line and the lines around it. */
  readonly details?: string | undefined;
}

export interface Brand extends BrandLook {
  readonly name: string;
  /** The link of the brand's name. */
  readonly home: string;
  /** An image of the app's own origin (the pages' Content-Security-Policy allows no other) or a `data:` URL. */
  readonly logo?: string | undefined;
  /** The logo for dark pages; default: `logo`. */
  readonly logoDark?: string | undefined;
  /** Beside the page in the layout `split`. */
  readonly picture?: string | undefined;
  /** The layout of pages whose flow names none; default `stacked`. */
  readonly layout?: string | undefined;
  /** Below every page: terms, privacy, help. */
  readonly links?: readonly PageLink[] | undefined;
  /** What people agree to by creating an account; default: nothing. */
  readonly consent?: ConsentLinks | undefined;
}
