import { kitMade } from '../flow/made-by.js';
import { settingsCheck } from '../base/settings.js';
import { promptOf, promptRules, type MessageLike, type Prompt } from '../flow/prompt.js';

interface SeparatorSettings {
  /** The words in the line; default: none. */
  readonly label?: MessageLike;
  /** Default `separator`. No answer is stored under it. */
  readonly key?: string;
  readonly order?: number;
}

const check = settingsCheck<SeparatorSettings>('separator prompt', (joi) => {
  const { key, label, order } = promptRules(joi);
  return { key: key.optional(), label: label.optional(), order };
});

const make = promptOf({
  type: 'separator',
  asked: false,
  concealed: false,
  passive: true,
  display: 'separator',
  autocomplete: 'off',
  read: (typed) => ({ value: typed }),
});

/** A line between the fields before and after it. */
export const separator = kitMade('separator', (settings: SeparatorSettings = {}): Prompt => {
  check(settings);
  const { label = '', key = 'separator', order } = settings;
  return make({ key, label, ...(order === undefined ? {} : { order }) }, settings);
});
