import { trustedHtml, type TrustedHtml } from '../../base/trusted-html.js';
import type { PromptChoice } from '../../flow/choices.js';
import type { Computed } from '../../flow/computed.js';
import type { MessageLike, Prompt } from '../../flow/prompt.js';
import { alertDanger, alertInfo, alertWarning } from '../../prompts/alert.js';
import { checkbox } from '../../prompts/checkbox.js';
import { dropdown, radioButtonGroup } from '../../prompts/choices.js';
import { dateTime } from '../../prompts/date-time.js';
import { date } from '../../prompts/date.js';
import { email } from '../../prompts/email.js';
import { hidden } from '../../prompts/hidden.js';
import { locale } from '../../prompts/locale.js';
import { number } from '../../prompts/number.js';
import { password } from '../../prompts/password.js';
import { textAreaReadOnly, textReadOnly } from '../../prompts/read-only.js';
import { separator } from '../../prompts/separator.js';
import { staticText } from '../../prompts/static.js';
import { textArea } from '../../prompts/text-area.js';
import { text } from '../../prompts/text.js';
import { username } from '../../prompts/username.js';
import { plainWords } from './plain-words.js';
import { choicesOf, noChoices } from './choices-of.js';

/** What the prompts of a file have in common. */
export interface CommonSettings {
  readonly key: string;
  readonly label: MessageLike;
  readonly required: boolean;
  readonly order: number;
  readonly placeholder?: Computed<string>;
  readonly initial?: Computed<string>;
  readonly subText?: string | TrustedHtml;
  /** Of passwords. */
  readonly repeats?: boolean;
}

type MakePrompt = (settings: CommonSettings) => Prompt;

/** The kinds without choices, by authentik's name. */
export const promptKinds: ReadonlyMap<string, MakePrompt> = new Map<string, MakePrompt>([
  ['text', text],
  ['text_area', textArea],
  ['text_read_only', textReadOnly],
  ['text_area_read_only', textAreaReadOnly],
  ['username', username],
  ['email', email],
  ['password', ({ initial: _, ...settings }) => password(settings)],
  ['number', ({ initial, ...settings }) => number({ ...settings, ...numberOf(initial) })],
  ['checkbox', ({ initial, placeholder: _, ...settings }) => checkbox({ ...settings, ...tickOf(initial) })],
  ['date', date],
  ['date-time', dateTime],
  ['separator', ({ key, order, placeholder }) => separator({ key, order, ...wordsIn(placeholder) })],
  ['hidden', ({ placeholder, ...settings }) => hidden({ initial: placeholder ?? '', ...settings })],
  [
    'static',
    ({ placeholder, ...settings }) => staticText({ ...settings, initial: shown(settings.initial ?? placeholder) }),
  ],
  ['alert_info', alert(alertInfo)],
  ['alert_warning', alert(alertWarning)],
  ['alert_danger', alert(alertDanger)],
  ['ak-locale', locale],
]);

/** The kinds with choices. Their placeholder is the choice, or an expression for all of them. */
export const choiceKinds: ReadonlyMap<string, (settings: CommonSettings, choices: Computed<string>) => Prompt> =
  new Map([
    [
      'radio-button-group',
      (settings: CommonSettings, choices: Computed<string>) =>
        radioButtonGroup({ ...settings, choices: listOf(choices) }),
    ],
    ['dropdown', (settings, choices) => dropdown({ ...settings, choices: listOf(choices) })],
  ]);

function listOf(given: Computed<string>): Computed<readonly PromptChoice[]> {
  if (typeof given === 'function') return choicesOf(given);
  return given === '' ? noChoices() : [given];
}

function alert(make: typeof alertInfo): MakePrompt {
  return ({ key, label, order, initial, placeholder }) =>
    make({ key, order, text: shown(initial ?? placeholder), ...(label === '' ? {} : { label }) });
}

/** A fixed text of the file is an administrator's HTML, as in authentik; what an expression makes is a text. */
function shown(given: Computed<string> | undefined): Computed<string | TrustedHtml> {
  if (given === undefined) return '';
  return typeof given === 'string' && /[<&]/.test(given) ? trustedHtml(given) : given;
}

function wordsIn(placeholder: Computed<string> | undefined): { readonly label?: MessageLike } {
  return typeof placeholder === 'string' && placeholder !== '' ? { label: plainWords(placeholder) } : {};
}

function numberOf(initial: Computed<string> | undefined): { readonly initial?: Computed<number> } {
  if (initial === undefined) return {};
  if (typeof initial === 'function') return { initial };
  const value = Number(initial);
  return initial.trim() === '' || !Number.isFinite(value) ? {} : { initial: value };
}

/** The text "False" is false here. */
function tickOf(initial: Computed<string> | undefined): { readonly initial?: Computed<boolean> } {
  if (initial === undefined) return {};
  if (typeof initial === 'function') return { initial };
  return { initial: !['', 'false', '0', 'no', 'off'].includes(initial.trim().toLowerCase()) };
}
