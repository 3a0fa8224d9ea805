import type { JsonObject } from '../base/json.js';
import type { FieldErrors, Message } from '../base/message.js';

/** Everything that a page is drawn from, before it is put into words. Made by `http/`, read by this room only. */
export interface PageModel {
  /** `pages/prompt`, `continue`, `denied`, `problem`, `enrolled`, `cancel`; a stage of one's own may bring another. */
  readonly view: string;
  /** The layout's name: `layouts/<layout>.ejs`. */
  readonly layout: string;
  /** A language tag, for `<html lang dir>`. */
  readonly locale: string;
  readonly flow: { readonly slug: string; readonly title: Message } | null;
  /** The stage's name: with the flow's slug it decides which views win. */
  readonly stage: string | null;
  readonly title: Message;
  /** What happened on the way here, e.g. `notice.expired`. */
  readonly notice: Message | null;
  /** The stage's challenge; its `fields`, where it has some, become the fields of the form. */
  readonly challenge: JsonObject;
  readonly form: PageForm | null;
  readonly messages: readonly Message[];
  /** For a person to read out when asking for help. */
  readonly reference: string | null;
  readonly links: readonly PageLink[];
  /** Where else people may be recognised; the page draws one button for each. */
  readonly sources: readonly SourceButton[];
  /** Who a source says that the visitor is. */
  readonly recognised: Recognised | null;
  /** What the app's own `locals(req)` gave. Reaches templates as `locals.app` and nothing else. */
  readonly app: Readonly<Record<string, unknown>>;
}

export interface PageForm {
  readonly action: string;
  /** Carries the step's signature. */
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
  /** What was typed before, by field key, without the stage's `conceals`. */
  readonly typed: Readonly<Record<string, string | readonly string[]>>;
  readonly errors: FieldErrors;
  readonly submit: Message;
}

export interface PageLink {
  readonly href: string;
  readonly label: Message;
}

/** A way to a source: a link, because the pages' Content-Security-Policy would stop a form that is sent on elsewhere. */
export interface SourceButton {
  readonly href: string;
  readonly label: Message;
  /** An image of the app's own origin or a `data:` URL, as `Brand.logo`; decoration beside the label. */
  readonly icon: string | null;
  /** The source's slug, for templates that treat one of them otherwise. */
  readonly slug: string;
}

interface Recognised {
  readonly text: Message;
  /** To go on as somebody else. */
  readonly another: PageLink | null;
}

/** What is left to show when a view itself has failed. */
export interface PlainPage {
  readonly locale: string;
  readonly title: Message;
  readonly messages: readonly Message[];
  readonly reference: string | null;
  readonly links: readonly PageLink[];
}

export interface Brand {
  readonly name: string;
  /** Where the brand's name leads. */
  readonly home: string;
  /** An image of the app's own origin (the pages' Content-Security-Policy takes no other) or a `data:` URL. */
  readonly logo?: string | undefined;
}
