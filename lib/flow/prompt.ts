import type { Awaitable } from '../base/awaitable.js';
import type Joi from 'joi';
import { isReservedField } from '../base/reserved-names.js';
import type { Json } from '../base/json.js';
import { message, type Message, type Texts } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import { rule, textsRule, messageRule } from '../base/setting-rules.js';
import { settingsCheck, type SettingRules } from '../base/settings.js';
import type { StageContext } from './facts.js';
import { literal } from './policy.js';

export type MessageLike = string | Message;

/** The settings of a prompt. Defaults as in authentik's Prompt. */
export interface PromptSettings {
  /** The key in the form and in `prompt_data`; dots nest: `attributes.team`. */
  readonly key: string;
  readonly label: MessageLike;
  /** Default true: an empty answer is refused. A function is called for the page and again for the answer. */
  readonly required?: boolean | ((at: StageContext) => boolean);
  readonly placeholder?: MessageLike;
  /** Help below the field. Escaped like everything else. */
  readonly subText?: MessageLike;
  /** The message if a required field is left blank. Default: the kind's; without one, it quotes the label. */
  readonly blank?: MessageLike;
  /** The field's initial value; for hidden and static prompts it is the value itself. */
  readonly initial?: string | ((at: StageContext) => string);
  /** True: an invitation code from a link is the field's initial value. Default false. */
  readonly entryLink?: boolean;
  /** Position among the stage's prompts; default: as listed. */
  readonly order?: number;
  /** `autocomplete` of the input (HTML, 4.10.18.7); default by type. */
  readonly autocomplete?: string;
}

/** The result of reading one answer: a value, or what is wrong with it. */
type ReadAnswer = { readonly value: Json | Secret } | { readonly error: Message };

/** One of the answers that a prompt offers. */
interface PromptChoice {
  /** What the form sends, and `read` gets. */
  readonly value: string;
  /** Default: the value. */
  readonly label?: MessageLike;
}

interface CommonKind {
  readonly type: string;
  /** False for hidden and static prompts: the value comes from the server, and the posted one is not read. */
  readonly asked: boolean;
  /** True when the typed value is never sent back to the browser. */
  readonly concealed: boolean;
  readonly autocomplete: string;
  /**
   * True for the account's new password: all fields of this kind in a stage must be equal, only the hash is kept, and
   * visitors with a source's identity are not asked. Default false.
   */
  readonly newPassword?: boolean;
  /** How pages show it: as an input, as a text, or not at all. Default `input`. */
  readonly display?: 'input' | 'text' | 'none';
  /** The `type` of its `<input>`. Default `text`. */
  readonly input?: (typeof inputTypes)[number];
  /**
   * The answers that it offers; another one is refused. Pages draw them as `input` says: `select`, `radio` or `checkbox`.
   * Default of `input` with choices: `checkbox` for a list, else `radio`.
   */
  readonly choices?: readonly PromptChoice[] | ((at: StageContext) => readonly PromptChoice[]);
  /** How a value that was kept goes back into the form. Default: its text; a list as the texts of its members. */
  toForm?(value: Json): string | readonly string[];
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
  readonly attributes?: {
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
  };
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
  readonly placeholder: Message | null;
  readonly subText: Message | null;
  readonly blank: Message;
  readonly order: number | null;
  readonly autocomplete: string;
  readonly kind: PromptKind;
  /** True where the field accepts the code of a link. */
  readonly entryLink: boolean;
  required(at: StageContext): boolean;
  initial(at: StageContext): string;
}

/** The rules for the settings of every prompt. */
export function promptRules(joi: Joi.Root): SettingRules<PromptSettings> {
  return {
    key: joi
      .string()
      .required()
      .allow('')
      .custom((value: string, helpers) => (isReservedField(value) ? helpers.error('key.reserved') : value))
      .messages({ 'key.reserved': "{{#label}} is reserved: fields of the kit's own begin with enrollment_" }),
    label: messageRule(joi).required(),
    required: rule(joi, (value) => ['boolean', 'function'].includes(typeof value), 'must be true, false or a function'),
    placeholder: messageRule(joi),
    subText: messageRule(joi),
    blank: messageRule(joi),
    initial: rule(joi, (value) => ['string', 'function'].includes(typeof value), 'must be a text or a function'),
    order: joi.number(),
    autocomplete: joi.string().allow(''),
    entryLink: joi.boolean(),
  };
}

const inputTypes = [
  ...(['text', 'email', 'password', 'number', 'tel', 'url', 'date', 'hidden'] as const),
  ...(['select', 'radio', 'checkbox'] as const),
] as const;

const checkKind = settingsCheck<PromptKind>('definePrompt', (joi) => ({
  type: joi.string().required(),
  asked: joi.boolean().required(),
  concealed: joi.boolean().required(),
  autocomplete: joi.string().required().allow(''),
  newPassword: joi.boolean(),
  display: joi.valid('input', 'text', 'none'),
  input: joi.valid(...inputTypes),
  choices: joi.alternatives(
    joi.function(),
    joi
      .array()
      .items(joi.object({ value: joi.string().required(), label: messageRule(joi) }))
      .min(1)
      .unique('value'),
  ),
  list: joi.boolean(),
  toForm: joi.function(),
  code: joi.boolean(),
  attributes: joi.object({
    inputmode: joi.valid('text', 'decimal', 'numeric', 'tel', 'search', 'email', 'url'),
    enterkeyhint: joi.valid('enter', 'done', 'go', 'next', 'previous', 'search', 'send'),
    autocapitalize: joi.valid('none', 'sentences', 'words', 'characters'),
    minlength: joi.number().integer().min(0),
    passwordrules: joi.string(),
  }),
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
export function promptOf(kind: PromptKind): (settings: PromptSettings) => Prompt {
  const frozen = Object.freeze({ ...kind, messages: Object.freeze({ ...kind.messages }) });
  // The page fills in the field's label.
  const unanswered = message(kind.choices === undefined ? 'stage.prompt.required' : 'prompt.choice.blank');
  return (settings) => {
    const { required = true, initial: first = '', entryLink = false } = settings;
    return Object.freeze({
      key: settings.key,
      label: toMessage(settings.label),
      placeholder: settings.placeholder === undefined ? null : toMessage(settings.placeholder),
      subText: settings.subText === undefined ? null : toMessage(settings.subText),
      blank: toMessage(settings.blank ?? kind.blank ?? unanswered),
      order: settings.order ?? null,
      autocomplete: settings.autocomplete ?? kind.autocomplete,
      kind: frozen,
      entryLink: entryLink && kind.asked && !kind.concealed,
      required: (at: StageContext) => (typeof required === 'function' ? required(at) : required),
      initial: (at: StageContext) =>
        (entryLink ? at.facts.entryLink.code?.reveal() : undefined) ??
        (typeof first === 'function' ? first(at) : first),
    });
  };
}

/** The choices of a kind for this visitor; `null` where it has none. */
export function choicesOf({ choices }: PromptKind, at: StageContext): readonly PromptChoice[] | null {
  return typeof choices === 'function' ? choices(at) : (choices ?? null);
}

export function toMessage(wording: MessageLike): Message {
  return typeof wording === 'string' ? literal(wording) : wording;
}
