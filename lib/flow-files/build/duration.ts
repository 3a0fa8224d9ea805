const units: ReadonlyMap<string, number> = new Map([
  ['weeks', 604_800],
  ['days', 86_400],
  ['hours', 3_600],
  ['minutes', 60],
  ['seconds', 1],
  ['milliseconds', 0.001],
  ['microseconds', 0.000_001],
]);

/** authentik's durations, `hours=1;minutes=30`, in seconds; `null` for a text that is none. */
export function durationSeconds(text: string): number | null {
  let seconds = 0;
  for (const part of text.split(';').filter((one) => one.trim() !== '')) {
    const [name = '', amount = ''] = part.split('=').map((one) => one.trim());
    const unit = units.get(name);
    if (unit === undefined || !/^\d+(?:\.\d+)?$/.test(amount)) return null;
    seconds += Number(amount) * unit;
  }
  return seconds;
}

/** The other way: the text that an export has. */
export function durationText(seconds: number): string {
  return `seconds=${String(seconds)}`;
}
