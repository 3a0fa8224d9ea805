/** An outside call of a process, waiting to be executed. */
export interface Call {
  readonly name: string;
  /** Its effect on the outside. */
  act(): Promise<unknown>;
  answer(value: unknown): void;
  fail(error: Error): void;
}

/**
 * One process of the app, as a scheduler sees it: it runs on its own between two outside calls, and every call waits
 * until the scheduler executes it. A process that died receives no more answers.
 */
export interface Process {
  readonly calls: Call[];
  readonly alive: boolean;
  /** The port with every call controlled by the scheduler. */
  wrap<P extends object>(port: P): P;
  outside<T>(name: string, act: () => Promise<T>): Promise<T>;
  /** Kills it: the pending call may still take effect, but the process does not receive its answer. */
  die(): void;
  /** After the history: stops its timers. */
  bury(): void;
}

export function createProcess(): Process {
  const calls: Call[] = [];
  const unanswered = new Set<Call>();
  let state: 'alive' | 'dead' | 'buried' = 'alive';

  function outside<T>(name: string, act: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (state === 'buried') return reject(new Error('the process is dead'));
      let result: { readonly value: T } | null = null;
      const call: Call = {
        name,
        async act() {
          result = { value: await act() };
        },
        answer() {
          unanswered.delete(call);
          if (result !== null && state === 'alive') resolve(result.value);
        },
        fail(error) {
          unanswered.delete(call);
          if (state !== 'dead') reject(error);
        },
      };
      unanswered.add(call);
      if (state === 'alive') calls.push(call);
    });
  }

  return {
    calls,
    get alive() {
      return state === 'alive';
    },
    wrap<P extends object>(port: P): P {
      return new Proxy(
        { ...port },
        {
          get(target, name, receiver): unknown {
            const value: unknown = Reflect.get(target, name, receiver);
            if (typeof value !== 'function') return value;
            return (...args: unknown[]) =>
              outside(String(name), async () => Reflect.apply(value, target, args) as unknown);
          },
        },
      );
    },
    outside,
    die() {
      state = 'dead';
      calls.length = 0;
    },
    bury() {
      state = 'buried';
      for (const call of [...unanswered]) call.fail(new Error('the process is dead'));
    },
  };
}
