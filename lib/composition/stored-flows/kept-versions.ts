/** Versions that are composed, by number: those that were used last. */
interface KeptVersions<Version> {
  /** Composed once, also where many ask at the same time. `null`: it cannot be used. */
  get(number: number, compose: () => Promise<Version | null>): Promise<Version | null>;
  put(number: number, version: Version): void;
  clear(): void;
}

/** Each of them has its own pages and templates in memory. */
const most = 5;

export function createKeptVersions<Version>(): KeptVersions<Version> {
  const kept = new Map<number, Promise<Version | null>>();

  function keep(number: number, version: Promise<Version | null>): void {
    kept.delete(number);
    kept.set(number, version);
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
  }

  return {
    get(number, compose) {
      const known = kept.get(number);
      const version = known ?? compose();
      keep(number, version);
      // A store that did not answer is asked again.
      if (known === undefined)
        version.catch(() => {
          if (kept.get(number) === version) kept.delete(number);
        });
      return version;
    },
    put: (number, version) => {
      keep(number, Promise.resolve(version));
    },
    clear: () => {
      kept.clear();
    },
  };
}
