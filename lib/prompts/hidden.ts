import { kitMade } from '../flow/made-by.js';
import type { Json } from '../base/json.js';
import { settingsCheck } from '../base/settings.js';
import { initialRule, promptOf, promptRules, type Prompt, type PromptSettings } from '../flow/prompt.js';

const check = settingsCheck<PromptSettings<Json>>('hidden prompt', (joi) => ({
  ...promptRules(joi),
  initial: initialRule(joi, (value) => value !== null && typeof value !== 'symbol', 'a value of JSON'),
}));

const make = promptOf({
  type: 'hidden',
  asked: false,
  concealed: false,
  display: 'none',
  input: 'hidden',
  autocomplete: 'off',
  read: (typed) => ({ value: typed }),
});

/**
 * A value from the server that becomes an answer without being shown; it keeps its type. A posted value under its key
 * is not read.
 */
export const hidden = kitMade('hidden', (settings: PromptSettings<Json>): Prompt => {
  check(settings);
  return make(settings);
});
