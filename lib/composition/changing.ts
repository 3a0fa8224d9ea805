/** A value that can be replaced while others hold its view. */
interface Changing<Value extends object> {
  /** The members of the value as they are whenever they are read. */
  readonly view: Value;
  now(): Value;
  set(next: Value): void;
}

/** `changes`: false where the value stays: its view is then the value itself. */
export function createChanging<Value extends object>(first: Value, changes: boolean): Changing<Value> {
  let value = first;
  return { view: changes ? viewOf(() => value, {}) : first, now: () => value, set: (next) => void (value = next) };
}

function viewOf<Value extends object>(read: () => Value, target: object): Value;
function viewOf(read: () => object, target: object): object {
  return new Proxy(target, {
    get: (_target, name) => Reflect.get(read(), name) as unknown,
    has: (_target, name) => Reflect.has(read(), name),
    ownKeys: () => Reflect.ownKeys(read()),
    getOwnPropertyDescriptor(_target, name) {
      const found = Reflect.getOwnPropertyDescriptor(read(), name);
      return found === undefined ? undefined : { ...found, configurable: true };
    },
  });
}
