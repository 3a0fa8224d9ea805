/** A process that ends after a write: it says no more, and none of its calls is answered. */
export interface Mortal {
  /** Ends the process after that many writes. */
  die(writes?: number): void;
  readonly isDead: boolean;
  /** Another process runs. */
  revive(): void;
  /** `store`, whose `writes` may be the last ones. What is no function, and what answers at once, stays. */
  over<Store extends object>(store: Store, writes: readonly (keyof Store)[]): Store;
}

export function mortalProcess(): Mortal {
  let [left, isDead] = [0, false];
  const ended = (): Error => new Error('the process ended');

  async function called(work: () => unknown, writes: boolean): Promise<unknown> {
    if (isDead) throw ended();
    const result = await work();
    if (!writes || left === 0 || (left -= 1) > 0) return result;
    isDead = true;
    throw ended();
  }

  return {
    die: (writes = 1) => void (left = writes),
    get isDead() {
      return isDead;
    },
    revive: () => void (isDead = false),
    over: (store, writes) =>
      // A copy: what is frozen cannot be replaced.
      new Proxy(
        { ...store },
        {
          get(target, key) {
            const value: unknown = Reflect.get(target, key);
            if (typeof value !== 'function' || key === 'toProfile') return value;
            const isWrite = writes.some((name) => name === key);
            return (...given: unknown[]) => called(() => Reflect.apply(value, target, given), isWrite);
          },
        },
      ),
  };
}
