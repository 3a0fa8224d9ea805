/** Computes a value once for each object, for as long as that exists: what follows from the configuration alone. */
export function oncePer<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    const present = known.get(key);
    if (present !== undefined) return present.value;
    const value = compute(key);
    known.set(key, { value });
    return value;
  };
}
