/** A value that stands for any other, for a template that is tried out without a request. */
export interface Anything {
  /** The record, with any value for each name that it does not have. */
  complete<T extends object>(known: T): T;
  /** True once a template has used it: what it then does is no proof of a mistake. */
  isUsed(): boolean;
}

/** Every property and every call of it is itself; as a text it is empty, as a list it has no entries. */
export function anything(): Anything {
  let used = false;
  const stand: object = new Proxy(() => undefined, {
    get(_target, name) {
      used = true;
      if (name === Symbol.toPrimitive) return () => '';
      if (name === Symbol.iterator) return () => [][Symbol.iterator]();
      if (name === 'then' || name === 'toJSON' || typeof name === 'symbol') return undefined;
      if (name === 'length') return 0;
      return stand;
    },
    apply: () => stand,
    has: () => true,
  });
  return {
    complete: (known) =>
      new Proxy(known, {
        get(target, name) {
          if (name in target || typeof name === 'symbol') return Reflect.get(target, name) as unknown;
          used = true;
          return stand;
        },
      }),
    isUsed: () => used,
  };
}
