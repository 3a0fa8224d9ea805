import { isCalendarDate } from '../base/clock.js';
import { asciiDigits } from './digits.js';

/** `2026-12-31` where the text is such a date and the calendar has it; otherwise `null`. */
export function dateIn(typed: string): string | null {
  if (typed.length > 100) return null;
  const text = asciiDigits(typed.trim());
  return isDate(text) ? text : null;
}

/** True for a date of the years 1 to 9999, as HTML writes it (HTML, 2.3.5.2). */
export function isDate(value: unknown): value is string {
  return (
    typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !value.startsWith('0000') && isCalendarDate(value)
  );
}
