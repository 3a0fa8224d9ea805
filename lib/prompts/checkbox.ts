import { kitMade } from '../flow/made-by.js';
import type { Json } from '../base/json.js';
import { chain } from '../base/awaitable.js';
import { message } from '../base/message.js';
import { settingsCheck } from '../base/settings.js';
import { initialRule, promptOf, promptRules, type Prompt, type PromptSettings } from '../flow/prompt.js';

type CheckboxSettings = Omit<PromptSettings<boolean>, 'placeholder' | 'entryLink'>;

const check = settingsCheck<CheckboxSettings>('checkbox prompt', (joi) => {
  const { key, label, required, subText, blank, order, autocomplete } = promptRules(joi);
  const initial = initialRule(joi, (value) => typeof value === 'boolean', 'true, false');
  return { key, label, required, subText, blank, initial, order, autocomplete };
});

const checked: ReadonlySet<string> = new Set(['yes', 'on', 'true', '1']);
const unchecked: ReadonlySet<string> = new Set(['no', 'off', 'false', '0']);

/** True or false. A box that is left unchecked answers false; a required one must be checked. */
export const checkbox = kitMade('checkbox', (settings: CheckboxSettings): Prompt => {
  check(settings);
  return promptOf({
    type: 'checkbox',
    asked: true,
    concealed: false,
    autocomplete: 'off',
    input: 'checkbox',
    absent: false,
    blank: message('prompt.checkbox.blank'),
    toForm: (value) => (isChecked(value) ? 'yes' : ''),
    read(typed, prompt, at) {
      const said = typed.trim().toLowerCase();
      if (checked.has(said)) return { value: true };
      if (!unchecked.has(said)) return { error: message('prompt.choice.unknown') };
      return chain(prompt.required(at), (required) => (required ? { error: prompt.blank } : { value: false }));
    },
  })(settings);
});

/** The text `False` is false. */
function isChecked(value: Json): boolean {
  return value === true || value === 1 || (typeof value === 'string' && checked.has(value.toLowerCase()));
}
