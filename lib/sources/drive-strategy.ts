/** What is used of a Passport strategy; described here, so that apps without Passport need none of its types. */
export interface PassportStrategy {
  authenticate(request: object, options?: object): unknown;
}

/** What a strategy decided: Passport's five outcomes as data, and that it decided nothing in time. */
export type StrategyOutcome =
  | { readonly type: 'success'; readonly user: unknown }
  | { readonly type: 'fail'; readonly challenge: unknown }
  | { readonly type: 'redirect'; readonly to: string }
  | { readonly type: 'pass' }
  | { readonly type: 'error'; readonly error: unknown }
  | { readonly type: 'late' };

/** One run of a strategy: the strategy itself is never changed. */
interface StrategyRun {
  readonly strategy: PassportStrategy;
  readonly request: object;
  readonly options: object;
  readonly deadlineMs: number;
  /** Changes this run's own copy before it starts. */
  readonly prepare?: (copy: object, fail: (error: unknown) => void) => void;
}

/** Drives a strategy as Passport does, on an object made from it; its first outcome counts, later ones are ignored. */
export function driveStrategy({
  strategy,
  request,
  options,
  deadlineMs,
  prepare,
}: StrategyRun): Promise<StrategyOutcome> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ type: 'late' }), deadlineMs);
    const settle = (outcome: StrategyOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    const fail = (error: unknown): void => settle({ type: 'error', error });
    try {
      const copy: PassportStrategy = Object.assign(Object.create(strategy) as PassportStrategy, {
        success: (user: unknown) => settle({ type: 'success', user }),
        fail: (challenge: unknown) => settle({ type: 'fail', challenge }),
        redirect: (to: unknown) => settle({ type: 'redirect', to: String(to) }),
        pass: () => settle({ type: 'pass' }),
        error: fail,
      });
      prepare?.(copy, fail);
      // Some strategies are asynchronous, and no other code waits for their promise.
      Promise.resolve(copy.authenticate(request, options)).catch(fail);
    } catch (error) {
      fail(error);
    }
  });
}
