/**
 * An instant as people read it in a language and a zone, with the zone's name: "Friday, December 4, 2026 at 5:15 PM
 * Western Indonesia Time". An unknown zone, or a language that the runtime does not know, falls back to UTC and English.
 */
export function instantText(at: number, zone: string, locale: string): string {
  const parts = {
    // Digits as in codes and addresses.
    numberingSystem: 'latn',
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'long',
  } as const;
  return format(locale, { ...parts, timeZone: zone }, at) ?? format('en', { ...parts, timeZone: 'UTC' }, at) ?? '';
}

function format(locale: string, options: Intl.DateTimeFormatOptions, at: number): string | null {
  try {
    return new Intl.DateTimeFormat(locale, options).format(at);
  } catch {
    return null;
  }
}
