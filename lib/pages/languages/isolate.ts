// Letters that are written from right to left, and characters that turn the direction of what follows them.
const turns =
  /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const overrides = /[\u202a-\u202e\u2066-\u2069]/g;
const isolates = /\u2068[^\u2068\u2069]*\u2069/g;
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const leftToRight = /(?![\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}])\p{L}/u;

type Direction = 'ltr' | 'rtl';

/**
 * Encloses what a sentence quotes in Unicode isolates, as `<bdi>` would: a name or a code keeps its own direction and
 * does not reorder the words around it. A sentence from left to right that quotes no other direction stays as it is.
 */
export function isolating(direction: Direction): (value: string | number) => string {
  return (value) => {
    if (typeof value === 'number') return String(value);
    return direction === 'rtl' || turns.test(value) ? isolate(value) : value;
  };
}

/**
 * Encloses a whole text that is not in the language of its page, so that it keeps its own direction there: one of the
 * app that begins in the other direction, and a sentence without a translation, which has no letter of this one.
 * `dir="auto"` cannot tell: browsers do not skip the isolate with which a sentence may begin.
 */
export function isolatingForeign(direction: Direction): (text: string, isOfApp: boolean) => string {
  const own = direction === 'rtl' ? rightToLeft : leftToRight;
  const other = direction === 'rtl' ? leftToRight : rightToLeft;
  return (text, isOfApp) => {
    if (direction === 'ltr' && !turns.test(text)) return text;
    const bare = text.replace(isolates, '');
    const first = bare.search(other);
    if (first === -1) return text;
    const ownFirst = bare.search(own);
    return ownFirst === -1 || (isOfApp && first < ownFirst) ? `\u2068${text}\u2069` : text;
  };
}

/** An override that the value leaves open would reach beyond the isolate. */
function isolate(value: string): string {
  return `\u2068${value.replace(overrides, '')}\u2069`;
}
