import { kitMade } from '../flow/made-by.js';
import { rule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import type { PromptChoice } from '../flow/choices.js';
import type { Computed } from '../flow/computed.js';
import { promptOf, promptRules, type Prompt, type PromptSettings } from '../flow/prompt.js';

interface LocaleSettings extends PromptSettings {
  /** Language tags, with their names as labels. Default: the languages of the pages, each by its own name. */
  readonly choices?: Computed<readonly PromptChoice[]>;
}

const check = settingsCheck<LocaleSettings>('ak-locale prompt', (joi) => ({
  ...promptRules(joi),
  choices: rule(
    joi,
    (value) => typeof value === 'function' || (Array.isArray(value) && value.length > 0),
    'must be a list of language tags, or a function',
  ),
}));

/** A language, as its tag: `pt-BR`. At first it is the one that the visitor reads. */
export const locale = kitMade('ak-locale', (settings: LocaleSettings): Prompt => {
  check(settings);
  const { choices, ...common } = settings;
  return promptOf({
    type: 'ak-locale',
    asked: true,
    concealed: false,
    autocomplete: 'language',
    input: 'select',
    choices:
      choices ??
      (({ services, facts }) =>
        services.languages?.map(({ tag, name }) => ({ value: tag, label: name })) ?? [facts.locale]),
    proposed: (_prompt, { facts }) => facts.locale,
    read: (typed) => ({ value: typed }),
  })(common, settings);
});
