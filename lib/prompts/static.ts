import { kitMade } from '../flow/made-by.js';
import { settingsCheck } from '../base/settings.js';
import type { TrustedHtml } from '../base/trusted-html.js';
import { isTrustedHtml } from '../flow/computed.js';
import { initialRule, promptOf, promptRules, type Prompt, type PromptSettings } from '../flow/prompt.js';

type StaticSettings = PromptSettings<string | TrustedHtml>;

const check = settingsCheck<StaticSettings>('static prompt', (joi) => ({
  ...promptRules(joi),
  initial: initialRule(joi, (value) => typeof value === 'string' || isTrustedHtml(value), 'a text, trustedHtml(…)'),
}));

const make = promptOf({
  type: 'static',
  asked: false,
  concealed: false,
  display: 'text',
  autocomplete: 'off',
  read: (typed) => ({ value: typed }),
});

/** A text that is shown among the fields. Its server-side value becomes an answer. */
export const staticText = kitMade('static', (settings: StaticSettings): Prompt => {
  check(settings);
  return make(settings);
});
