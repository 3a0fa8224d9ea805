import { all, chain, type Awaitable } from '../base/awaitable.js';
import type { Json, JsonObject } from '../base/json.js';
import { message, type Message } from '../base/message.js';
import { htmlOf, type TrustedHtml } from '../base/trusted-html.js';
import { choicesOf } from '../flow/choices.js';
import { isTrustedHtml } from '../flow/computed.js';
import type { StageContext } from '../flow/facts.js';
import { isConstant, type Prompt, type PromptKind } from '../flow/prompt.js';
import type { PromptField } from '../flow/stage.js';
import { isPassword } from './asked-prompts.js';
import { enforcedAnswer, enforcedData } from './enforced-answers.js';
import { keptFile, settledValue, shownValue, type Shown } from './prompt-values.js';
import { sharedField } from './shared-field.js';

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
  return chain(shownValue(prompt, settled, at), (value) =>
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

/** A settled choice is shown as a text. */
function inputOf({ input, choices }: PromptKind): string {
  return choices === undefined ? (input ?? 'text') : 'text';
}

function asJson(wording: Message | null): Json {
  return wording === null ? null : { id: wording.id, values: wording.values ?? {} };
}

type Help = Message | TrustedHtml | null;
