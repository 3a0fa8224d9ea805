import { textWithin } from '../base/text-within.js';
import { isLoopback, parseUrl } from '../base/url.js';
import { SourceProblem } from './problem.js';

/** A request to a provider; the name of its purpose is part of every failure's detail. */
interface ProviderRequest {
  readonly what: 'discovery' | 'token' | 'keys' | 'userinfo' | 'strategy';
  readonly url: string;
  /** Default GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface ProviderAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Sends a request to a provider. Any status but a redirect is an answer. @throws SourceProblem */
export type ProviderHttp = (request: ProviderRequest) => Promise<ProviderAnswer>;

/** For one answer, including its body. */
export const defaultTimeoutMs = 5000;
const mostBytes = 256 * 1024;

/** HTTP by `fetch`: https or loopback only, no redirects, with limits on the time and size of every answer. */
export function createProviderHttp(timeoutMs: number = defaultTimeoutMs): ProviderHttp {
  return async ({ what, url, method = 'GET', headers = {}, body }) => {
    if (!isSafe(url)) throw new SourceProblem('provider.insecure', what);
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, {
        method,
        headers,
        redirect: 'manual',
        signal,
        ...(body === undefined ? {} : { body }),
      });
      if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
        await response.body?.cancel();
        throw new SourceProblem('provider.redirects', what);
      }
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        text: await textOf(response, what),
      };
    } catch (error) {
      if (error instanceof SourceProblem) throw error;
      throw signal.aborted
        ? new SourceProblem('provider.slow', what)
        : new SourceProblem('provider.away', `${what}: ${codeOf(error)}`);
    }
  };
}

async function textOf(response: Response, what: string): Promise<string> {
  const text = await textWithin(response, mostBytes);
  if (text === null) throw new SourceProblem('provider.too_large', what);
  return text;
}

/** `fetch` reports every failure as a TypeError; its cause has the code. */
function codeOf(error: unknown): string {
  const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'no answer';
}

/** True for https without user and fragment; http only to this machine. */
export function isSafe(url: string): boolean {
  const parsed = parseUrl(url);
  if (parsed === null) return false;
  const { protocol, hostname, username, password, hash } = parsed;
  if (username + password + hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}
