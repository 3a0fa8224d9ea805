import { kitMade } from '../flow/made-by.js';
import { message } from '../base/message.js';
import { settingsCheck } from '../base/settings.js';
import { promptOf, promptRules, type Prompt, type PromptSettings } from '../flow/prompt.js';
import { isLonger } from './plain-line.js';

interface TextAreaSettings extends PromptSettings {
  /** The most characters; default 2,000, at most 10,000. All answers of a plan together have 16 kB. */
  readonly maxLength?: number;
  /** The lines that the page shows; default 4. */
  readonly rows?: number;
}

const check = settingsCheck<TextAreaSettings>('text_area prompt', (joi) => ({
  ...promptRules(joi),
  maxLength: joi.number().integer().min(1).max(10_000),
  rows: joi.number().integer().min(1).max(50),
}));

/** Control characters beside tabs and line breaks, and lone surrogates. */
const unprintable = /(?![\t\n])[\p{Cc}\p{Cs}]/u;

/** Several lines of text, as typed, without surrounding blanks. Lines end with `\n`. */
export const textArea = kitMade('text_area', (settings: TextAreaSettings): Prompt => {
  check(settings);
  const { maxLength: most = 2000, rows = 4, ...common } = settings;
  return promptOf({
    type: 'text_area',
    asked: true,
    concealed: false,
    autocomplete: 'off',
    input: 'textarea',
    attributes: { rows },
    read(typed) {
      const value = typed.replace(/\r\n?/g, '\n').trim();
      if (isLonger(value, most)) return { error: message('prompt.text.too_long', { most }) };
      return unprintable.test(value) ? { error: message('prompt.text.unprintable') } : { value };
    },
  })(common, settings);
});
