/** A value, or a promise of it. Work that has nothing to wait for returns the value itself, which costs less. */
export type Awaitable<Value> = Value | Promise<Value>;

/** True for a promise, of this realm or another library's. */
export function isPromise<Value>(value: Awaitable<Value>): value is Promise<Value> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** `next` of the value: at once, or when its promise is fulfilled. */
export function chain<Value, Result>(
  value: Awaitable<Value>,
  next: (value: Value) => Awaitable<Result>,
): Awaitable<Result> {
  return isPromise(value) ? value.then(next) : next(value);
}

/** The values of all: at once when none is a promise. */
export function all<Value>(values: readonly Awaitable<Value>[]): Awaitable<readonly Value[]> {
  const settled: Value[] = [];
  for (const value of values) {
    if (isPromise(value)) return Promise.all(values);
    settled.push(value);
  }
  return settled;
}
