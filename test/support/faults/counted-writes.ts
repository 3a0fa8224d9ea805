/**
 * Kills this process between two writes of its stores. Writes are counted once `arm` was called, so that a test can send
 * what comes before the request that the process dies of.
 */
export interface CountedWrites {
  /** A copy of the store whose writes are counted. What only reads is passed on. */
  of<Store extends object>(name: string, store: Store, writes: readonly (string & keyof Store)[]): Store;
  /** From now on: dies before the write with this number, from 0; `null` only counts. */
  arm(diesBefore: number | null): void;
  /** Since `arm`. */
  readonly names: readonly string[];
}

export function countWrites(): CountedWrites {
  let names: string[] | null = null;
  let end: number | null = null;

  function passAlive(name: string): void {
    if (names === null) return;
    if (names.length === end) {
      process.stdout.write(`dies before ${name}, after ${names.join(', ')}\n`, () => undefined);
      process.kill(process.pid, 'SIGKILL');
    }
    names.push(name);
  }

  return Object.freeze<CountedWrites>({
    of(name, store, writes) {
      return new Proxy(
        { ...store },
        {
          get(copy, member, receiver): unknown {
            const value: unknown = Reflect.get(copy, member, receiver);
            if (typeof value !== 'function' || !writes.some((one) => one === member)) return value;
            return (...given: readonly unknown[]): unknown => {
              passAlive(`${name}.${String(member)}`);
              return Reflect.apply(value, copy, given);
            };
          },
        },
      );
    },
    arm(diesBefore) {
      names = [];
      end = diesBefore;
    },
    get names() {
      return names ?? [];
    },
  });
}
