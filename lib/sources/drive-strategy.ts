import { startDeadline } from '../base/deadline.js';

/** The used members of a Passport strategy; declared here, so that apps without Passport do not need its types. */
export interface PassportStrategy {
  authenticate(request: object, options?: object): unknown;
}

/** The outcome of a strategy: Passport's five outcomes as data, and a timeout. */
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
  /** Changes the copy for this run before it starts. */
  readonly prepare?: (copy: object, fail: (error: unknown) => void) => void;
}

/**
 * Drives a strategy as Passport does, on an object derived from it; the first outcome counts, later ones are ignored.
 */
export function driveStrategy({
  strategy,
  request,
  options,
  deadlineMs,
  prepare,
}: StrategyRun): Promise<StrategyOutcome> {
  return new Promise((resolve) => {
    const cancel = startDeadline(deadlineMs, () => resolve({ type: 'late' }));
    const settle = (outcome: StrategyOutcome): void => {
      cancel();
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
      // Some strategies are asynchronous, and no other code awaits their promise.
      Promise.resolve(copy.authenticate(request, options)).catch(fail);
    } catch (error) {
      fail(error);
    }
  });
}

/**
 * The request that a strategy sees instead of the app's: the kit's own address, the provider's parameters, a session of
 * its own.
 */
export interface StrategyRequest {
  readonly url: string;
  readonly query: Readonly<Record<string, string>>;
  /** The posted parameters: the strategies for Apple read `user` here. Empty if the provider redirects. */
  readonly body: Readonly<Record<string, string>>;
  /**
   * Values that the strategy stores here at the start are available at the callback; no other sign-in and no other code
   * sees them.
   */
  readonly session: Record<string, unknown>;
}

/** Built from the configured callback address alone: neither `Host` nor any forwarded header reaches a strategy. */
export function strategyRequest(
  callbackUrl: string,
  parameters: ReadonlyMap<string, string>,
  session: Record<string, unknown>,
  posted = false,
): StrategyRequest {
  const { protocol, host, hostname, pathname } = new URL(callbackUrl);
  const query = new URLSearchParams([...parameters]).toString();
  const url = query === '' ? pathname : `${pathname}?${query}`;
  const headers = { host };
  const settings = new Map<string, unknown>([['trust proxy fn', () => false]]);
  const seen = {
    method: posted ? 'POST' : 'GET',
    url,
    originalUrl: url,
    protocol: protocol.slice(0, -1),
    secure: protocol === 'https:',
    host,
    hostname,
    headers,
    headersDistinct: { host: [host] },
    get: (name: string) => (name.toLowerCase() === 'host' ? host : undefined),
    app: { get: (name: string) => settings.get(name) },
    connection: { encrypted: protocol === 'https:' },
    socket: { encrypted: protocol === 'https:' },
    query: Object.fromEntries(parameters),
    body: posted ? Object.fromEntries(parameters) : {},
    session,
  };
  return seen;
}
