/** A day in the language of a page: "Nov 28, 2026". */
export function dayText(at: number, locale: string): string {
  return unbrokenDate(new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(at));
}

/** With the time of day, in the zone of the server, which it names: "Nov 28, 2026, 9:14 AM UTC". */
export function momentText(at: number, locale: string): string {
  const parts = { year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' } as const;
  return unbrokenDate(new Intl.DateTimeFormat(locale, { ...parts, timeZoneName: 'short' }).format(at));
}

/** No line ends within a date. */
export function unbrokenDate(date: string): string {
  return date.replaceAll(' ', '\u00a0');
}
