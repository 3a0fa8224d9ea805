import { textWithin } from '../base/text-within.js';
import { EnrollmentError } from '../base/error.js';
import { parseJson, type JsonObject } from '../base/json.js';

/** `fetch`, or a function with its parameters: for a proxy, or for tests. */
export type CaptchaFetch = (url: string, init: RequestInit) => Promise<Response>;

interface SiteVerify {
  readonly url: string;
  readonly body: URLSearchParams;
  readonly timeoutMs: number;
  readonly fetch: CaptchaFetch;
}

const mostBytes = 64 * 1024;

/**
 * Asks a provider whether an answer is right. A client error is an answer too, where it is JSON.
 * @throws ERR_ENROLLMENT_CAPTCHA_AWAY (503) without an answer in time, and for one that is no JSON or too large
 */
export async function siteVerify({ url, body, timeoutMs, fetch }: SiteVerify): Promise<JsonObject> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: body.toString(),
      redirect: 'error',
      signal,
    });
    if (response.status >= 500 || response.status === 429) throw new Error(`status ${String(response.status)}`);
    const text = await textWithin(response, mostBytes);
    if (text === null) throw new Error('the answer is too large');
    const answer = parseJson(text);
    if (answer === null) throw new Error('the answer is no JSON object');
    return answer;
  } catch (error) {
    throw captchaAway(url, signal.aborted ? new Error(`no answer within ${String(timeoutMs)} ms`) : error);
  }
}

export function captchaAway(url: string, cause: unknown): EnrollmentError {
  const { host } = new URL(url);
  return new EnrollmentError('ERR_ENROLLMENT_CAPTCHA_AWAY', `the captcha's provider ${host} is unavailable`, {
    status: 503,
    cause,
  });
}
