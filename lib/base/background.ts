interface FailureTerms {
  /** The log level of a failure; default `error`. */
  readonly level?: 'error' | 'warn';
  /** What the log entry of a failure has beside the error. */
  readonly fields?: object;
}

/** Work that no response waits for. Failures are logged; `idle()` waits for all of it. */
export interface Background {
  run(what: string, work: Promise<unknown>, terms?: FailureTerms): void;
  /** Resolves when all work that is running now has ended. */
  idle(): Promise<void>;
}

interface FailureLog {
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

export function createBackground(log: FailureLog): Background {
  const running = new Set<Promise<void>>();
  return Object.freeze({
    run(what: string, work: Promise<unknown>, { level = 'error', fields = {} }: FailureTerms = {}) {
      const watched: Promise<void> = work
        .then(
          () => undefined,
          (error: unknown) => log[level]({ err: error, ...fields }, `${what} failed`),
        )
        .finally(() => running.delete(watched));
      running.add(watched);
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  });
}

/** One timer for work that several calls ask for. It does not keep the process alive. */
interface DelayedCall {
  /** Calls `work` after so many milliseconds, unless a call is scheduled already. */
  schedule(milliseconds: number): void;
  cancel(): void;
}

export function delayedCall(work: () => void): DelayedCall {
  let timer: NodeJS.Timeout | undefined;
  return Object.freeze({
    schedule(milliseconds: number) {
      timer ??= setTimeout(() => {
        timer = undefined;
        work();
      }, milliseconds).unref();
    },
    cancel() {
      clearTimeout(timer);
      timer = undefined;
    },
  });
}

/** A right that expires unless its holder renews it: a lease, a lock. */
export interface RenewalTerms {
  readonly seconds: number;
  /** How often it is renewed while one write runs: a write that hangs must not keep it forever. */
  readonly renewals: number;
}

/** Calls `renew` after each third of the duration, up to the maximum number of renewals. Returns a function that stops it. */
export function keepRenewed({ seconds, renewals }: RenewalTerms, renew: () => void): () => void {
  let left = renewals;
  const stop = (): void => clearInterval(timer);
  const timer = setInterval(
    () => {
      left -= 1;
      if (left <= 0) stop();
      renew();
    },
    (seconds * 1000) / 3,
  );
  timer.unref();
  return stop;
}
