import { kitMade } from '../flow/made-by.js';
import { settingsCheck } from '../base/settings.js';
import { rule } from '../base/setting-rules.js';
import type { PromptChoice } from '../flow/choices.js';
import type { Computed } from '../flow/computed.js';
import { promptOf, promptRules, type Prompt, type PromptSettings } from '../flow/prompt.js';

interface ChoiceSettings extends PromptSettings {
  /**
   * Texts, or values with labels. A function is called for the page and again for the answer: an answer that is no
   * longer offered is refused, and the page shows the new choices.
   */
  readonly choices: Computed<readonly PromptChoice[]>;
}

function choicePrompt(type: string, input: 'radio' | 'select'): (settings: ChoiceSettings) => Prompt {
  const check = settingsCheck<ChoiceSettings>(`${type} prompt`, (joi) => ({
    ...promptRules(joi),
    choices: rule(
      joi,
      (value) => typeof value === 'function' || (Array.isArray(value) && value.length > 0 && isEachOnce(value)),
      'must be a list of texts, or of values with labels, each value once and none empty; or a function',
    ).required(),
  }));
  return kitMade(type, (settings) => {
    check(settings);
    const { choices, ...common } = settings;
    return promptOf({
      type,
      asked: true,
      concealed: false,
      autocomplete: 'off',
      input,
      choices,
      read: (typed) => ({ value: typed }),
    })(common, settings);
  });
}

function isEachOnce(choices: readonly unknown[]): boolean {
  const values = choices.map((one): unknown =>
    typeof one === 'object' && one !== null ? Reflect.get(one, 'value') : one,
  );
  return values.every((one) => typeof one === 'string' && one !== '') && new Set(values).size === values.length;
}

/** One of several answers, all of them shown. */
export const radioButtonGroup = choicePrompt('radio-button-group', 'radio');

/** One of several answers, in a list that opens. */
export const dropdown = choicePrompt('dropdown', 'select');
