import { kitMade } from '../flow/made-by.js';
import { isZone, localIn, offsetTimeIn } from '../base/clock.js';
import { message } from '../base/message.js';
import { rule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import type { StageContext } from '../flow/facts.js';
import { initialRule, promptOf, promptRules, type Prompt, type PromptSettings } from '../flow/prompt.js';
import { asciiDigits } from './digits.js';
import { isDate } from './iso-date.js';

interface DateTimeSettings extends PromptSettings {
  /**
   * The IANA zone that the visitor's time is in, such as `Asia/Jakarta`, or a function that returns it. The page names
   * it. Left out: browsers do not send the visitor's zone, so the answer is a local time without one.
   */
  readonly zone?: string | ((at: StageContext) => string);
}

const check = settingsCheck<DateTimeSettings>('date-time prompt', (joi) => ({
  ...promptRules(joi),
  initial: initialRule(joi, (value) => typeof value === 'string', 'a date and time as 2026-12-31T18:30'),
  zone: rule(
    joi,
    (value) => typeof value === 'function' || (typeof value === 'string' && isZone(value)),
    'must be an IANA time zone, such as Asia/Jakarta, or a function',
  ),
}));

/**
 * A date and time. With a zone, the answer has its offset: `2026-12-31T18:30:00+07:00`; of a time that happens twice,
 * the first. Without, it is the local time: `2026-12-31T18:30:00`.
 */
export const dateTime = kitMade('date-time', (settings: DateTimeSettings): Prompt => {
  check(settings);
  const { zone, ...common } = settings;
  const zoneAt = (at: StageContext): string | null =>
    zone === undefined ? null : typeof zone === 'function' ? zone(at) : zone;
  return promptOf({
    type: 'date-time',
    asked: true,
    concealed: false,
    autocomplete: 'off',
    input: 'datetime-local',
    help(at) {
      const named = zoneAt(at);
      return named === null ? null : message('prompt.date_time.zone', { zone: named });
    },
    toForm(value, at) {
      const text = typeof value === 'string' ? value : '';
      const named = zoneAt(at);
      return (named === null ? null : localIn(text, named)) ?? localOf(text) ?? '';
    },
    read(typed, _prompt, at) {
      const local = localOf(typed);
      if (local === null) return { error: message('prompt.date_time.form') };
      const named = zoneAt(at);
      if (named === null) return { value: local };
      const value = offsetTimeIn(local, named);
      return value === null ? { error: message('prompt.date_time.skipped', { zone: named }) } : { value };
    },
  })(common, settings);
});

/** `2026-12-31T18:30:00`; `null` for what is no date and time. */
function localOf(typed: string): string | null {
  if (typed.length > 100) return null;
  const [, day, hour = '', minute = '', second = '00'] =
    /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,3})?)?$/i.exec(asciiDigits(typed.trim())) ?? [];
  if (!isDate(day) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  return `${day}T${hour}:${minute}:${second}`;
}
