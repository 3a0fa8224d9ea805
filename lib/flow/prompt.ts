import { chain } from '../base/awaitable.js';
import { configError } from '../base/config-error.js';
import type Joi from 'joi';
import { isReservedField } from '../base/reserved-names.js';
import type { Json } from '../base/json.js';
import { message, type Message } from '../base/message.js';
import { isBlankText, rule, textsRule, messageRule } from '../base/setting-rules.js';
import { settingsCheck, type SettingRules } from '../base/settings.js';
import type { TrustedHtml } from '../base/trusted-html.js';
import { compute, isMessage, isTrustedHtml, messageIn, wordsIn } from './computed.js';
import type { StageContext } from './facts.js';
import { isLinkedLabel } from './label-links.js';
import { literal } from './policy.js';
import {
  displays,
  inputTypes,
  type MessageLike,
  type Prompt,
  type PromptKind,
  type PromptSettings,
} from './prompt-types.js';

export type { MessageLike, Prompt, PromptKind, PromptSettings };

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
  toVerify: joi.boolean(),
  messages: textsRule(joi),
  read: joi.function().required(),
  settled: joi.function(),
  proposed: joi.function(),
  labelOf: joi.function(),
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

/** The factory without a check, for kinds that check their additional settings themselves: `given` has all of them. */
export function promptOf(kind: PromptKind): (settings: PromptSettings<Json | TrustedHtml>, given?: object) => Prompt {
  const frozen = Object.freeze({ ...kind, messages: Object.freeze({ ...kind.messages }) });
  // The page fills in the field's label.
  const unanswered = message(kind.choices === undefined ? 'stage.prompt.required' : 'prompt.choice.blank');
  return (settings, given = settings) => {
    if (kind.asked && isBlankText(settings.label))
      throw configError([`${kind.type} prompt '${settings.key}': "label" must not be empty`]);
    const { key, required = true, initial, placeholder, subText, entryLink = false } = settings;
    const prompt: Prompt = Object.freeze({
      key,
      settings: Object.freeze({ ...given }),
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
    const shown: readonly unknown[] = [placeholder, subText, kind.help, kind.attributes];
    if (kind.choices === undefined && kind.file === undefined && !shown.some(isFunction)) constant.add(prompt);
    return prompt;
  };
}

const constant = new WeakSet<Prompt>();

/**
 * True where all that a page shows of the prompt, beside its value and whether it is required, follows from its settings.
 * False for a copy.
 */
export function isConstant(prompt: Prompt): boolean {
  return constant.has(prompt);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
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
