import type { StageContext } from '../flow/facts.js';
import type { Policy } from '../flow/policy.js';
import type { Captcha } from '../ports/captcha.js';
import { choicesOf } from '../flow/choices.js';
import type { FlowLink } from '../flow/flow-links.js';
import { isConstant, type Prompt, type PromptKind } from '../flow/prompt.js';
import { all, chain, type Awaitable } from '../base/awaitable.js';
import { getPath, type Json, type JsonObject } from '../base/json.js';
import { message, type Message } from '../base/message.js';
import { htmlOf, type TrustedHtml } from '../base/trusted-html.js';
import { isTrustedHtml } from '../flow/computed.js';
import type { PromptField } from '../flow/stage.js';
import { enforcedAnswer, enforcedData } from './enforced-answers.js';
import { sharedField } from './shared-field.js';

export interface PromptStageSettings {
  readonly prompts: readonly Prompt[];
  readonly validation?: readonly Policy[];
  /**
   * A captcha on the page, verified before any answer is read or looked up. `when: 'many_wrong_codes'` asks for it only
   * while the wrong invitation codes of all clients are above the limit `rateLimits.codes.overall`.
   */
  readonly captcha?: PromptCaptcha;
  /**
   * True: a field that is left blank is kept as `null`, so that `userWrite` with `never_create` clears the value that
   * the account has. Files, and fields whose value is never shown, stay. Default false.
   */
  readonly blankClears?: boolean;
  /** Links to other flows, below the form. Default none. */
  readonly links?: readonly FlowLink[];
}

export type PromptCaptcha = Captcha | { readonly captcha: Captcha; readonly when: 'always' | 'many_wrong_codes' };

export const isAsked = (prompt: Prompt): boolean => prompt.kind.asked;
/** True where the server sets the answer. */
export const isServers = ({ kind }: Prompt): boolean => !kind.asked && kind.passive !== true;
export const isPassword = (prompt: Prompt): boolean => prompt.kind.newPassword === true;

/** True where a blank answer clears the account's value. */
export function isCleared({ kind }: Prompt, { blankClears = false }: PromptStageSettings): boolean {
  return blankClears && kind.asked && !kind.concealed && kind.file === undefined;
}

/** The prompts whose answers no policy consumes. */
export function keptPrompts({ prompts, validation = [] }: PromptStageSettings): readonly Prompt[] {
  return prompts.filter(({ key }) => !validation.some((policy) => policy.consumes.includes(key)));
}

/**
 * The stage for this visitor. It asks visitors with an identity from a source for no password: their account has none.
 * A code that is a secret field is asked of every visitor.
 */
export function askedAt(settings: PromptStageSettings, { context }: StageContext): PromptStageSettings {
  if (context.identity === undefined) return settings;
  const passwords = keptPrompts(settings).filter(isPassword);
  return { ...settings, prompts: settings.prompts.filter((prompt) => !passwords.includes(prompt)) };
}

/** True when all prompts and policies of the stage are about passwords that this visitor is not asked for. */
export function leavesNothing(settings: PromptStageSettings, at: StageContext): boolean {
  // Only a visitor with an identity is not asked for passwords.
  if (at.context.identity === undefined) return false;
  const { prompts, validation = [] } = settings;
  const asked = askedAt(settings, at).prompts;
  const left = prompts.filter((prompt) => !asked.includes(prompt)).map(({ key }) => key);
  return (
    left.length > 0 &&
    asked.every(({ kind }) => kind.passive === true) &&
    validation.every(({ fields }) => fields.length > 0 && fields.every((field) => left.includes(field)))
  );
}

/** What a page needs to draw the prompts, in their order. */
export function promptFields(prompts: readonly Prompt[], at: StageContext): Awaitable<readonly PromptField[]> {
  return chain(enforcedData(at), (enforced) => fieldsOf(prompts, enforced, at));
}

interface Placed {
  readonly order: number;
  readonly prompt: Prompt;
  /** What the invitation says; `null`: nothing. */
  readonly fixed: string | null;
}

/** Where an invitation gives the answer, a text or number stands there to be read, and anything else is left out. */
function fieldsOf(
  prompts: readonly Prompt[],
  enforced: JsonObject,
  at: StageContext,
): Awaitable<readonly PromptField[]> {
  const drawnFields = all(shownOf(inOrder(prompts), enforced), ({ order, prompt, fixed }) =>
    fieldOf(prompt, order, fixed, at),
  );
  // An account without the name that would be shown.
  return chain(drawnFields, (fields) => (fields.some(isNameless) ? fields.filter((one) => !isNameless(one)) : fields));
}

function isNameless({ type, initial_value: value }: PromptField): boolean {
  return type === 'username_read_only' && value === '';
}

function shownOf(prompts: readonly Prompt[], enforced: JsonObject): readonly Placed[] {
  const shown: Placed[] = [];
  for (const [order, prompt] of prompts.entries()) {
    const answer = enforcedAnswer(prompt, enforced);
    if (answer === undefined) shown.push({ order, prompt, fixed: null });
    else if (typeof answer === 'string' || typeof answer === 'number')
      shown.push({ order, prompt, fixed: String(answer) });
  }
  return shown;
}

function inOrder(prompts: readonly Prompt[]): readonly Prompt[] {
  if (prompts.every(({ order }) => order === null)) return prompts;
  return prompts
    .map((prompt, index) => ({ prompt, order: prompt.order ?? index }))
    .sort((a, b) => a.order - b.order)
    .map(({ prompt }) => prompt);
}

/** What is computed for each page. */
interface Computed {
  readonly required: boolean;
  readonly isSettled: boolean;
  readonly placeholder: Json;
  readonly help: Help;
  readonly value: Shown;
  readonly choices: PromptField['choices'];
}

function fieldOf(prompt: Prompt, order: number, fixed: string | null, at: StageContext): Awaitable<PromptField> {
  const settled = fixed ?? settledValue(prompt, at);
  return chain(valueOf(prompt, settled, at), (value) =>
    chain(prompt.required(at), (required) => {
      const draw = (): Awaitable<PromptField> => computedField(prompt, order, { fixed, settled, value, required }, at);
      const isShared = value === '' && settled === null && at.savedPassword !== true && isConstant(prompt);
      return isShared ? sharedField(prompt, { order, required }, draw) : draw();
    }),
  );
}

function computedField(
  prompt: Prompt,
  order: number,
  {
    fixed,
    settled,
    value,
    required,
  }: Pick<Computed, 'value' | 'required'> & { readonly fixed: string | null; readonly settled: string | null },
  at: StageContext,
): Awaitable<PromptField> {
  // Each of them is there at once for most prompts.
  return chain(prompt.placeholder(at), (placeholder) =>
    chain(prompt.subText(at), (help) =>
      chain(settled === null ? choicesOf(prompt.key, prompt.kind.choices, at) : null, (choices) =>
        drawn(prompt, order, at, {
          required,
          isSettled: settled !== null,
          placeholder: asJson(placeholder),
          help: fixed === null ? help : message('prompt.enforced'),
          value,
          choices: choices?.map((choice) => ({ value: choice.value, label: asJson(choice.label) })) ?? null,
        }),
      ),
    ),
  );
}

function drawn(prompt: Prompt, order: number, at: StageContext, computed: Computed): PromptField {
  const { key, label, kind, autocomplete, entryLink } = prompt;
  const { choices, help, value, isSettled } = computed;
  const isSaved = at.savedPassword === true && isPassword(prompt);
  const isKept = keptFile(prompt, at) !== undefined;
  const isEmpty = choices?.length === 0 && help !== null && !computed.required;
  const field: PromptField = {
    field_key: key,
    label: isEmpty ? null : asJson(kind.labelOf?.(typeof value === 'string' ? value : '') ?? label),
    type: isSettled ? 'text_read_only' : kind.type,
    required: kind.asked && !isSettled && !isSaved && !isKept && computed.required,
    placeholder: computed.placeholder,
    initial_value: isTrustedHtml(value) ? '' : value,
    order,
    sub_text: isKept ? asJson(message('prompt.file.kept')) : isTrustedHtml(help) ? null : asJson(help),
    choices,
    autocomplete,
    // There is nothing to choose: the help says why.
    display: isEmpty ? 'alert' : (kind.display ?? 'input'),
    input: choices === null ? inputOf(kind) : (kind.input ?? (kind.list === true ? 'checkbox' : 'radio')),
    code: kind.code ?? entryLink,
    entry_link: entryLink,
    read_only: isSettled || kind.readOnly === true,
    ...(typeof kind.attributes === 'function' ? kind.attributes(at) : kind.attributes),
  };
  // Most fields have none of these, and a copy costs as much as the field.
  const html = isTrustedHtml(value) || isTrustedHtml(help);
  if (prompt.links === null && !isSaved && !html) return field;
  return {
    ...field,
    ...(prompt.links === null ? {} : { label_links: prompt.links }),
    ...(isSaved ? { saved: true } : {}),
    ...(isTrustedHtml(value) ? { initial_html: htmlOf(value) } : {}),
    ...(isTrustedHtml(help) && !isKept ? { sub_text_html: htmlOf(help) } : {}),
  };
}

/** The value of a shown prompt that the visitor is not asked for. */
export function settledValue(prompt: Prompt, at: StageContext): string | null {
  return prompt.kind.settled?.(prompt, at) ?? null;
}

/** What an earlier form of this plan stored for a file; `undefined`: nothing. */
export function keptFile({ key, kind }: Prompt, { context }: StageContext): Json | undefined {
  return kind.file === undefined ? undefined : (getPath(context.prompt_data ?? {}, key) ?? undefined);
}

/** A settled choice is shown as a text. */
function inputOf({ input, choices }: PromptKind): string {
  return choices === undefined ? (input ?? 'text') : 'text';
}

function asJson(wording: Message | null): Json {
  return wording === null ? null : { id: wording.id, values: wording.values ?? {} };
}

type Help = Message | TrustedHtml | null;

/** What an input, or a text, shows. */
type Shown = string | readonly string[] | TrustedHtml;

function valueOf(prompt: Prompt, settled: string | null, at: StageContext): Awaitable<Shown> {
  if (prompt.kind.concealed || prompt.kind.file !== undefined) return '';
  if (settled !== null) return settled;
  return firstValue(prompt, at);
}

/**
 * The earlier answer, else the invitation's fixed value, else the prompt's own initial value, else the value that its
 * kind proposes.
 */
function firstValue(prompt: Prompt, at: StageContext): Awaitable<Shown> {
  const { key, kind } = prompt;
  const { prompt_data: data, fixed_data: fixedData } = at.context;
  const answered = data === undefined ? undefined : getPath(data, key);
  const fixed = fixedData === undefined ? undefined : getPath(fixedData, key);
  // `@example.com` fixes only the domain.
  const known = typeof fixed === 'string' && fixed.startsWith('@') ? answered : (answered ?? fixed);
  if (known !== undefined && known !== null && kind.asked) {
    const shown = kind.toForm?.(known, at) ?? toForm(known);
    if (shown !== null) return shown;
  }
  return chain(prompt.initial(at), (initial): Shown => {
    if (isTrustedHtml(initial)) return initial;
    const given =
      initial === undefined || initial === null ? '' : (kind.toForm?.(initial, at) ?? toForm(initial) ?? '');
    return given === '' ? (kind.proposed?.(prompt, at) ?? '') : given;
  });
}

function toForm(value: Json): string | readonly string[] | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.flatMap((member: Json) => toForm(member) ?? []) : null;
}
