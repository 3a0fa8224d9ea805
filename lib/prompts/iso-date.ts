import { asciiDigits } from './digits.js';

/** `2026-12-31` where the text is such a date and the calendar has it; otherwise `null`. */
export function dateIn(typed: string): string | null {
  if (typed.length > 100) return null;
  const text = asciiDigits(typed.trim());
  return isDate(text) ? text : null;
}

/** True for a date of the years 1 to 9999, as HTML writes it (HTML, 2.3.5.2). */
export function isDate(value: unknown): value is string {
  const [, year = 0, month = 0, day = 0] =
    typeof value === 'string' ? (/^(\d{4})-(\d{2})-(\d{2})$/.exec(value) ?? []).map(Number) : [];
  return year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

function daysOf(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  if (month === 2) return isLeap ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
