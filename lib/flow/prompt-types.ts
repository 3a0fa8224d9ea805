import type { Awaitable } from '../base/awaitable.js';
import type { Json } from '../base/json.js';
import type { Message, Texts } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import type { TrustedHtml } from '../base/trusted-html.js';
import type { FileRules } from '../ports/uploads.js';
import type { PromptChoice } from './choices.js';
import type { Computed } from './computed.js';
import type { StageContext } from './facts.js';
import type { LinkedLabel } from './label-links.js';

export type MessageLike = string | Message;

/** The settings of a prompt. Defaults as in authentik's Prompt. */
export interface PromptSettings<Initial = string> {
  /** The key in the form and in `prompt_data`; dots nest: `attributes.team`. */
  readonly key: string;
  /** A text, a message, or `withLinks('I accept the <terms>terms</terms>', …)`. */
  readonly label: MessageLike | LinkedLabel;
  /** Default true: an empty answer is refused. A function is called for the page and again for the answer. */
  readonly required?: boolean | ((at: StageContext) => Awaitable<boolean>);
  readonly placeholder?: Computed<MessageLike>;
  /** Help below the field. Escaped like everything else, unless it is `trustedHtml(…)`. */
  readonly subText?: Computed<MessageLike | TrustedHtml>;
  /** The message if a required field is left blank. Default: the kind's; without one, it quotes the label. */
  readonly blank?: MessageLike;
  /** The field's initial value; for hidden, static and read-only prompts it is the value itself. */
  readonly initial?: Computed<Initial>;
  /** True: an invitation code from a link is the field's initial value. Default false. */
  readonly entryLink?: boolean;
  /** Position among the stage's prompts; default: as listed. */
  readonly order?: number;
  /** `autocomplete` of the input (HTML, 4.10.18.7); default by type. */
  readonly autocomplete?: string;
}

/** The result of reading one answer: a value, or what is wrong with it. */
type ReadAnswer = { readonly value: Json | Secret } | { readonly error: Message };

interface CommonKind {
  readonly type: string;
  /** False where the value comes from the server, and the posted one is not read: hidden, static and read-only prompts. */
  readonly asked: boolean;
  /** True for what is no answer at all: a separator, an alert. Not asked then. Default false. */
  readonly passive?: boolean;
  /** True when the typed value is never sent back to the browser. */
  readonly concealed: boolean;
  readonly autocomplete: string;
  /**
   * True for the account's new password: all fields of this kind in a stage must be equal, only the hash is kept, and
   * visitors with a source's identity are not asked. Default false.
   */
  readonly newPassword?: boolean;
  /** How pages show it: as an input, as a text, as an alert, as a line between fields, or not at all. Default `input`. */
  readonly display?: (typeof displays)[number];
  /** True for an input that cannot be changed. Default false. */
  readonly readOnly?: boolean;
  /** The `type` of its `<input>`; `textarea` for several lines. Default `text`. */
  readonly input?: (typeof inputTypes)[number];
  /**
   * The answers that it offers; another one is refused. Pages draw them as `input` says: `select`, `radio` or `checkbox`.
   * Default of `input` with choices: `checkbox` for a list, else `radio`.
   */
  readonly choices?: Computed<readonly PromptChoice[]>;
  /**
   * How a value that was kept, or an initial value, goes into the form. Default: its text; a list as the texts of its
   * members.
   */
  toForm?(value: Json, at: StageContext): string | readonly string[];
  /** The answer that stands for a blank field that is not required: `false` of a checkbox. Default: none. */
  readonly absent?: Json;
  /** The help where the prompt has no `subText`. */
  readonly help?: MessageLike | ((at: StageContext) => Message | null);
  /** The files that it accepts; `read` gets none of them. */
  readonly file?: FileRules;
  /**
   * True for codes: browsers capitalize the letters and do not check the spelling. Default: true where the field holds
   * the code of a link.
   */
  readonly code?: boolean;
  /**
   * True when `read` checks whether another account has the typed value: it is then counted while the plan is loaded.
   * Default false.
   */
  readonly looksUpAccounts?: boolean;
  /** True for an address that `emailStage` must prove before an account has it. Default false. */
  readonly toVerify?: boolean;
  /** Attributes of its `<input>` beside its type, for keyboards of phones and for password managers. */
  readonly attributes?: InputAttributes | ((at: StageContext) => InputAttributes);
  /** The message for a required field that was left blank. Default: "Enter an answer for “{label}”." */
  readonly blank?: MessageLike;
  /** Default texts of its own messages, by id. */
  readonly messages?: Texts;
  /**
   * The fixed value of an asked prompt: it is shown read-only, and used instead of the posted one. `null`: the visitor
   * is asked.
   */
  settled?(prompt: Prompt, at: StageContext): string | null;
  /** The field's initial value where neither an answer nor the invitation nor the prompt's `initial` sets one. */
  proposed?(prompt: Prompt, at: StageContext): string | null;
  /** The label of a field that shows this value; default: that of the prompt. */
  labelOf?(shown: string): Message;
}

interface InputAttributes {
  /** Default: the keyboard of the input's type. */
  readonly inputmode?: 'text' | 'decimal' | 'numeric' | 'tel' | 'search' | 'email' | 'url';
  /** Default: `next`, and `go` in the last field that is typed. */
  readonly enterkeyhint?: 'enter' | 'done' | 'go' | 'next' | 'previous' | 'search' | 'send';
  /** Default: `characters` for codes, `none` for usernames and for inputs that are not text. */
  readonly autocapitalize?: 'none' | 'sentences' | 'words' | 'characters';
  /** The shortest answer, in characters; `read` checks it. */
  readonly minlength?: number;
  /** What password managers suggest, in Apple's notation: `minlength: 15; maxlength: 128;`. */
  readonly passwordrules?: string;
  /** The least and the most of a number, a date or a time, and its steps; `read` checks them. */
  readonly min?: string | number;
  readonly max?: string | number;
  readonly step?: string | number;
  /** The lines of a `textarea`. */
  readonly rows?: number;
  /** The files that a browser offers: `image/png,.pdf`. */
  readonly accept?: string;
}

interface TextKind extends CommonKind {
  readonly list?: false;
  /** `typed` is never empty here; `required` handles blank answers before. The value may be of any JSON type. */
  read(typed: string, prompt: Prompt, at: StageContext): Awaitable<ReadAnswer>;
}

interface ListKind extends CommonKind {
  /** True: the form may send the field several times. Other kinds refuse that with status 400. */
  readonly list: true;
  /** `typed` has at least one member, none blank and each once. */
  read(typed: readonly string[], prompt: Prompt, at: StageContext): Awaitable<ReadAnswer>;
}

/** One kind of prompt: how an answer is checked on the server. */
export type PromptKind = TextKind | ListKind;

export interface Prompt {
  readonly key: string;
  /** What its factory was given, for exports. */
  readonly settings: object;
  readonly label: Message;
  /** The links in its label; `null`: none. */
  readonly links: LinkedLabel['links'] | null;
  readonly blank: Message;
  readonly order: number | null;
  readonly autocomplete: string;
  readonly kind: PromptKind;
  /** True where the field accepts the code of a link. */
  readonly entryLink: boolean;
  required(at: StageContext): Awaitable<boolean>;
  placeholder(at: StageContext): Awaitable<Message | null>;
  subText(at: StageContext): Awaitable<Message | TrustedHtml | null>;
  /** The value of the setting, as it is. */
  initial(at: StageContext): Awaitable<Json | TrustedHtml | undefined>;
}

/** How pages show a prompt. */
export const displays = ['input', 'text', 'alert', 'separator', 'none'] as const;

/** The kinds of inputs. */
export const inputTypes = [
  ...(['text', 'email', 'password', 'number', 'tel', 'url', 'date', 'datetime-local', 'hidden', 'file'] as const),
  ...(['textarea', 'select', 'radio', 'checkbox'] as const),
] as const;
