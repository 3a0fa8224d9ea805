import type { ProviderHttp } from '../provider-http.js';

/**
 * The few members of the package `oauth` that are needed here; strategies for OAuth 2 have such an object as `_oauth2`.
 */
interface OAuthClient {
  readonly _agent?: unknown;
  _executeRequest(library: unknown, options: unknown, body: unknown, callback: Callback): void;
}

type Callback = (error: unknown, result?: string, response?: object) => void;

/**
 * Makes one run of a strategy send its requests to the provider through `http`: with a deadline, a size limit and no
 * redirects, which the package `oauth` does not have. An exception in the callback of an answer ends the run; otherwise
 * it would end the process.
 */
export function containOAuth(http: ProviderHttp): (copy: object, fail: (error: unknown) => void) => void {
  return (copy, fail) => {
    const theirs: unknown = Reflect.get(copy, '_oauth2');
    if (!isOAuthClient(theirs)) return;
    const client = Object.create(theirs, {
      _chooseHttpLibrary: { value: ({ protocol }: { readonly protocol: string }) => protocol },
      _executeRequest: {
        value(protocol: unknown, options: unknown, body: unknown, callback: Callback) {
          const guarded: Callback = (...answer) => {
            try {
              callback(...answer);
            } catch (error) {
              fail(error);
            }
          };
          ask(http, String(protocol), options, body).then(
            ({ status, text, headers }) =>
              status >= 200 && status <= 299
                ? guarded(null, text, { statusCode: status, headers })
                : guarded({ statusCode: status, data: text }),
            fail,
          );
        },
      },
    }) as object;
    // Defined and not assigned: the strategy itself may be frozen.
    Object.defineProperty(copy, '_oauth2', { value: client });
  };
}

function ask(http: ProviderHttp, protocol: string, options: unknown, body: unknown): ReturnType<ProviderHttp> {
  const { host, port, path, method, headers } = recordOf(options);
  const named = Object.entries(recordOf(headers)).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  const authority = typeof port === 'string' || typeof port === 'number' ? `${String(host)}:${port}` : String(host);
  const sent = typeof body === 'string' || Buffer.isBuffer(body) ? body.toString() : '';
  return http({
    what: 'strategy',
    url: `${protocol}//${authority}${String(path)}`,
    method: String(method),
    // Headers that `fetch` sets itself.
    headers: Object.fromEntries(named.filter(([name]) => !['host', 'content-length', 'connection'].includes(name))),
    ...(sent === '' ? {} : { body: sent }),
  });
}

function isOAuthClient(value: unknown): value is OAuthClient {
  return (
    typeof value === 'object' &&
    value !== null &&
    '_executeRequest' in value &&
    typeof value._executeRequest === 'function'
  );
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
