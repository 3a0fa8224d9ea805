import { withTimeout } from '../base/awaitable.js';
import { isEnrollmentError, storeAway } from '../base/error.js';
import { faultKind } from '../base/fault-kind.js';

const timeoutMs = 2000;

/**
 * A store of the app, whose functions answer within two seconds or fail as "away" (503), so that a visitor is asked to
 * try again. An error in the store's code is passed on unchanged.
 */
export function withTimeouts<Store extends object>(store: Store, what: string): Store {
  // A proxy of the store itself would have to return a frozen store's original functions: it wraps a copy.
  return new Proxy(
    { ...store },
    {
      get(_copy, name): unknown {
        const member: unknown = Reflect.get(store, name);
        if (typeof member !== 'function') return member;
        return async (...args: readonly unknown[]) => {
          try {
            return await withTimeout<unknown>(timeoutMs, () => Reflect.apply(member, store, args), late);
          } catch (error) {
            throw isEnrollmentError(error) || faultKind(error) === 'mistake' ? error : storeAway(what, error);
          }
        };
      },
    },
  );
}

const late = (): Error => new Error(`no answer within ${String(timeoutMs)} ms`);
