import { kitMade } from '../flow/made-by.js';
import { message } from '../base/message.js';
import { rule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import type { StageContext } from '../flow/facts.js';
import { initialRule, promptOf, promptRules, type Prompt, type PromptSettings } from '../flow/prompt.js';
import { dateIn, isDate } from './iso-date.js';

/** `2026-12-31`, or a function that returns it for each request. */
type DateLimit = string | ((at: StageContext) => string);

interface DateSettings extends PromptSettings {
  readonly min?: DateLimit;
  readonly max?: DateLimit;
}

const check = settingsCheck<DateSettings>('date prompt', (joi) => {
  const limit = rule(
    joi,
    (value) => typeof value === 'function' || isDate(value),
    'must be a date as 2026-12-31, or a function',
  );
  return {
    ...promptRules(joi),
    initial: initialRule(joi, (value) => value === '' || isDate(value), 'a date as 2026-12-31'),
    min: limit,
    max: limit,
  };
});

/** A date of the calendar, as `2026-12-31`: no time, and so no time zone. */
export const date = kitMade('date', (settings: DateSettings): Prompt => {
  check(settings);
  const { min, max, ...common } = settings;
  return promptOf({
    type: 'date',
    asked: true,
    concealed: false,
    autocomplete: 'off',
    input: 'date',
    attributes: (at) => ({
      ...(min === undefined ? {} : { min: limitOf(min, at) }),
      ...(max === undefined ? {} : { max: limitOf(max, at) }),
    }),
    read(typed, _prompt, at) {
      const value = dateIn(typed);
      if (value === null) return { error: message('prompt.date.form') };
      const [least, most] = [min, max].map((limit) => (limit === undefined ? value : limitOf(limit, at)));
      // Dates in this form are in the order of their texts.
      if (least !== undefined && value < least) return { error: message('prompt.date.least', { least }) };
      if (most !== undefined && value > most) return { error: message('prompt.date.most', { most }) };
      return { value };
    },
  })(common, settings);
});

function limitOf(limit: DateLimit, at: StageContext): string {
  return typeof limit === 'function' ? limit(at) : limit;
}
