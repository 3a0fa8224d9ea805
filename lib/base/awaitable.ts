import { startDeadline } from './deadline.js';

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
  // What is only like a promise need not return one from its `then`.
  return isPromise(value) ? Promise.resolve(value).then(next) : next(value);
}

/**
 * What `work` makes of all items, in their order: at once when nothing is a promise. Work that throws rejects, so that
 * no promise of other items is left without an observer.
 */
export function all<Item, Value>(
  items: readonly Item[],
  work: (item: Item, index: number) => Awaitable<Value>,
): Awaitable<readonly Value[]> {
  const values = items.map((item, index) => attempt(work, item, index));
  return areThere(values) ? values : Promise.all(values);
}

function areThere<Value>(values: readonly Awaitable<Value>[]): values is readonly Value[] {
  for (const value of values) if (isPromise(value)) return false;
  return true;
}

/** `instead` of what the work throws, or rejects with. */
export function recover<Value>(
  work: () => Awaitable<Value>,
  instead: (error: unknown) => Awaitable<Value>,
): Awaitable<Value> {
  try {
    const value = work();
    return isPromise(value) ? Promise.resolve(value).catch(instead) : value;
  } catch (error) {
    return instead(error);
  }
}

function attempt<Item, Value>(
  work: (item: Item, index: number) => Awaitable<Value>,
  item: Item,
  index: number,
): Awaitable<Value> {
  try {
    return work(item, index);
  } catch (error) {
    return (async () => {
      throw error;
    })();
  }
}

/**
 * Waits for `work` for at most `milliseconds`, then rejects with the error that `late` creates.
 * The work itself continues; its late outcome is ignored. Work that throws rejects.
 */
export function withTimeout<T>(milliseconds: number, work: () => Awaitable<T>, late: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const working = work();
    if (!isPromise(working)) {
      resolve(working);
      return;
    }
    const cancel = startDeadline(milliseconds, () => reject(late()));
    Promise.resolve(working).then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what the work rejected with goes on
        reject(error);
      },
    );
  });
}
