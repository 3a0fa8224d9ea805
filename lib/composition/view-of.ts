/** A view of a value that is replaced: its members are those of the value at the time when they are read. */
export function viewOf<Value extends object>(read: () => Value): Value;
export function viewOf(read: () => object): object {
  return new Proxy(
    {},
    {
      get: (_target, name) => Reflect.get(read(), name) as unknown,
      has: (_target, name) => Reflect.has(read(), name),
      ownKeys: () => Reflect.ownKeys(read()),
      getOwnPropertyDescriptor(_target, name) {
        const found = Reflect.getOwnPropertyDescriptor(read(), name);
        return found === undefined ? undefined : { ...found, configurable: true };
      },
    },
  );
}
