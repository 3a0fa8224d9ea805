/**
 * `compute` with its latest results kept: at most `most` of them, and the oldest goes first. `null` is not kept, so that
 * texts that a stranger makes up displace nothing. `compute` must return the same for the same text.
 */
export function remembered<Value extends object | string | null>(
  most: number,
  compute: (text: string) => Value,
): (text: string) => Value {
  const kept = new Map<string, Value>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const value = compute(text);
    if (value === null) return value;
    const oldest = kept.size < most ? undefined : kept.keys().next().value;
    if (oldest !== undefined) kept.delete(oldest);
    kept.set(text, value);
    return value;
  };
}
