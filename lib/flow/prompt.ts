import { chain, type Awaitable } from '../base/awaitable.js';
import type Joi from 'joi';
import { isReservedField } from '../base/reserved-names.js';
import type { Json } from '../base/json.js';
import { message, type Message, type Texts } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import { rule, textsRule, messageRule } from '../base/setting-rules.js';
import { settingsCheck, type SettingRules } from '../base/settings.js';
import type { TrustedHtml } from '../base/trusted-html.js';
import type { FileRules } from '../ports/uploads.js';
import type { PromptChoice } from './choices.js';
import { compute, isMessage, isTrustedHtml, messageIn, wordsIn, type Computed } from './computed.js';
import type { StageContext } from './facts.js';
import { isLinkedLabel, type LinkedLabel } from './label-links.js';
import { literal } from './policy.js';

export type MessageLike = string | Message;

/** The settings of a prompt. Defaults as in authentik's Prompt. */
export interface PromptSettings<Initial = string> {
  /** The key in the form and in `prompt_data`; dots nest: `attributes.team`. */
  readonly key: string;
  /** A text, a message, or `withLinks('I accept the {terms}', …)`. */
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

/** The rules for the settings of every prompt. */
export function promptRules(joi: Joi.Root): SettingRules<PromptSettings<Json>> {
  return {
    key: joi
      .string()
      .required()
      .allow('')
      .custom((value: string, helpers) => (isReservedField(value) ? helpers.error('key.reserved') : value))
      .messages({ 'key.reserved': "{{#label}} is reserved: fields of the kit's own begin with enrollment_" }),
    label: rule(
      joi,
      (value) => isWording(value) || isLinkedLabel(value),
      'must be a text, a message, or withLinks(…)',
    ).required(),
    required: rule(joi, (value) => ['boolean', 'function'].includes(typeof value), 'must be true, false or a function'),
    placeholder: rule(
      joi,
      (value) => typeof value === 'function' || isWording(value),
      'must be a text, a message or a function',
    ),
    subText: rule(
      joi,
      (value) => typeof value === 'function' || isWording(value) || isTrustedHtml(value),
      'must be a text, a message, trustedHtml(…) or a function',
    ),
    blank: messageRule(joi),
    initial: initialRule(joi, (value) => typeof value === 'string', 'a text'),
    order: joi.number(),
    autocomplete: joi.string().allow(''),
    entryLink: joi.boolean(),
  };
}

/** The rule of `initial`: a value of the kind, or a function. `what` completes "must be … or a function". */
export function initialRule(joi: Joi.Root, isRight: (value: unknown) => boolean, what: string): Joi.Schema {
  return rule(joi, (value) => typeof value === 'function' || isRight(value), `must be ${what} or a function`);
}

function isWording(value: unknown): boolean {
  return typeof value === 'string' || isMessage(value);
}

export const displays = ['input', 'text', 'alert', 'separator', 'none'] as const;

const inputTypes = [
  ...(['text', 'email', 'password', 'number', 'tel', 'url', 'date', 'datetime-local', 'hidden', 'file'] as const),
  ...(['textarea', 'select', 'radio', 'checkbox'] as const),
] as const;

const checkKind = settingsCheck<PromptKind>('definePrompt', (joi) => ({
  type: joi.string().required(),
  asked: joi.boolean().required(),
  concealed: joi.boolean().required(),
  autocomplete: joi.string().required().allow(''),
  newPassword: joi.boolean(),
  passive: joi.boolean(),
  readOnly: joi.boolean(),
  display: joi.valid(...displays),
  input: joi.valid(...inputTypes),
  choices: joi.alternatives(
    joi.function(),
    joi
      .array()
      .items(
        joi.alternatives().conditional(joi.string(), {
          then: joi.string(),
          otherwise: joi.object({ value: joi.string().required(), label: messageRule(joi) }),
        }),
      )
      .min(1)
      .unique((one: unknown, other: unknown) => valueOf(one) === valueOf(other)),
  ),
  list: joi.boolean(),
  toForm: joi.function(),
  absent: joi.any(),
  help: rule(
    joi,
    (value) => typeof value === 'function' || isWording(value),
    'must be a text, a message or a function',
  ),
  file: joi.object(),
  code: joi.boolean(),
  attributes: joi.alternatives(
    joi.function(),
    joi.object({
      inputmode: joi.valid('text', 'decimal', 'numeric', 'tel', 'search', 'email', 'url'),
      enterkeyhint: joi.valid('enter', 'done', 'go', 'next', 'previous', 'search', 'send'),
      autocapitalize: joi.valid('none', 'sentences', 'words', 'characters'),
      minlength: joi.number().integer().min(0),
      passwordrules: joi.string(),
      min: joi.alternatives(joi.string(), joi.number()),
      max: joi.alternatives(joi.string(), joi.number()),
      step: joi.alternatives(joi.string(), joi.number()),
      rows: joi.number().integer().min(1),
      accept: joi.string(),
    }),
  ),
  blank: messageRule(joi),
  looksUpAccounts: joi.boolean(),
  messages: textsRule(joi),
  read: joi.function().required(),
  settled: joi.function(),
  proposed: joi.function(),
}));

/**
 * Makes the factory of a prompt kind: `export const text = definePrompt({ type: 'text', … })`.
 * @throws ERR_ENROLLMENT_CONFIG, as its factory does
 */
export function definePrompt(kind: PromptKind): (settings: PromptSettings) => Prompt {
  checkKind(kind);
  const check = settingsCheck<PromptSettings>(`${kind.type} prompt`, promptRules);
  const make = promptOf(kind);
  return (settings) => {
    check(settings);
    return make(settings);
  };
}

/** The factory without a check, for kinds that check their additional settings themselves. */
export function promptOf(kind: PromptKind): (settings: PromptSettings<Json | TrustedHtml>) => Prompt {
  const frozen = Object.freeze({ ...kind, messages: Object.freeze({ ...kind.messages }) });
  // The page fills in the field's label.
  const unanswered = message(kind.choices === undefined ? 'stage.prompt.required' : 'prompt.choice.blank');
  return (settings) => {
    const { key, required = true, initial, placeholder, subText, entryLink = false } = settings;
    return Object.freeze({
      key,
      label: isLinkedLabel(settings.label) ? settings.label.message : toMessage(settings.label),
      links: isLinkedLabel(settings.label) ? settings.label.links : null,
      blank: toMessage(settings.blank ?? kind.blank ?? unanswered),
      order: settings.order ?? null,
      autocomplete: settings.autocomplete ?? kind.autocomplete,
      kind: frozen,
      entryLink: entryLink && kind.asked && !kind.concealed,
      required: (at: StageContext) => (typeof required === 'function' ? required(at) : required),
      placeholder: (at: StageContext) =>
        placeholder === undefined
          ? null
          : chain(compute({ key, setting: 'placeholder' }, placeholder, at), (words) =>
              messageIn({ key, setting: 'placeholder' }, words),
            ),
      subText: (at: StageContext) =>
        subText === undefined
          ? helpOf(kind, at)
          : chain(compute({ key, setting: 'subText' }, subText, at), (words) =>
              wordsIn({ key, setting: 'subText' }, words),
            ),
      initial: (at: StageContext) =>
        (entryLink ? at.facts.entryLink.code?.reveal() : undefined) ??
        (initial === undefined ? undefined : compute({ key, setting: 'initial' }, initial, at)),
    });
  };
}

function helpOf({ help }: PromptKind, at: StageContext): Message | null {
  if (help === undefined) return null;
  return typeof help === 'function' ? help(at) : toMessage(help);
}

function valueOf(choice: unknown): unknown {
  return typeof choice === 'object' && choice !== null ? Reflect.get(choice, 'value') : choice;
}

export function toMessage(wording: MessageLike): Message {
  return typeof wording === 'string' ? literal(wording) : wording;
}
