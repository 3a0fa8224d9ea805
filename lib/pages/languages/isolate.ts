// Letters that are written from right to left, and characters that turn the direction of what follows them.
const turns =
  /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const overrides = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * Encloses what a sentence quotes in Unicode isolates, as `<bdi>` would: a name or a code keeps its own direction and
 * does not reorder the words around it. A sentence from left to right that quotes no other direction stays as it is.
 */
export function isolating(direction: 'ltr' | 'rtl'): (value: string | number) => string {
  return (value) => {
    if (typeof value === 'number') return String(value);
    return direction === 'rtl' || turns.test(value) ? isolate(value) : value;
  };
}

/** An override that the value leaves open would reach beyond the isolate. */
function isolate(value: string): string {
  return `\u2068${value.replace(overrides, '')}\u2069`;
}
