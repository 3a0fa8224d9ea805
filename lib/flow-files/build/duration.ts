const units: ReadonlyMap<string, number> = new Map([
  ['weeks', 604_800],
  ['days', 86_400],
  ['hours', 3_600],
  ['minutes', 60],
  ['seconds', 1],
  ['milliseconds', 0.001],
  ['microseconds', 0.000_001],
]);

/** What `float` of Python reads, without a sign. */
const amountText = /^(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;

/**
 * authentik's durations, `hours=1;minutes=30`, in seconds; `null` for a text that is none, and the unit that stands there
 * twice. Of such a unit, and of one with blanks before it, authentik forgets an amount without a word.
 */
export function durationSeconds(text: string): number | { readonly twice: string } | null {
  const amounts = new Map<string, number>();
  for (const part of text.split(';')) {
    const [name = '', amount = '', ...more] = part.split('=');
    const unit = units.get(name.toLowerCase());
    if (unit === undefined || more.length > 0 || !amountText.test(amount.trim())) return null;
    if (amounts.has(name.toLowerCase())) return { twice: name };
    amounts.set(name.toLowerCase(), Number(amount) * unit);
  }
  const seconds = [...amounts.values()].reduce((sum, one) => sum + one, 0);
  // As exact as Python's: 1.1 hours are 3960 seconds.
  return Number.isFinite(seconds) ? Math.round(seconds * 1e6) / 1e6 : null;
}

/** The other way: the text that an export has. */
export function durationText(seconds: number): string {
  return `seconds=${String(seconds)}`;
}
