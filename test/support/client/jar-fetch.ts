import type { FlowFetch } from '../../../lib/client.js';
import { RawClient, type RawAnswer } from '../raw-client.js';

/** A `fetch` with a cookie jar, as a browser's: Node's own has none. It follows no redirect. */
export interface JarFetch {
  readonly fetch: FlowFetch;
  readonly browser: RawClient;
  /** Every request, as `GET /path`, in order. */
  readonly requests: readonly string[];
  /** Every answer of the kit but redirects, in order. */
  readonly answers: readonly RawAnswer[];
  /** The name of the signed-in user, or null. */
  me(): Promise<string | null>;
}

export function jarFetch(url: string, browser = new RawClient(url)): JarFetch {
  const answers: RawAnswer[] = [];
  const requests: string[] = [];
  return {
    browser,
    answers,
    requests,
    async fetch(address, { method = 'GET', headers, body }) {
      requests.push(`${method} ${new URL(address).pathname}`);
      const sent = Object.fromEntries(new Headers(headers));
      const answer = await browser.send(method, address, sent, typeof body === 'string' ? body : '');
      const isRedirect = answer.status >= 300 && answer.status < 400;
      if (!isRedirect) answers.push(answer);
      const received = new Headers();
      for (const [name, value] of Object.entries(answer.headers)) received.set(name, String(value));
      return new Response(isRedirect ? null : answer.text, { status: answer.status, headers: received });
    },
    async me() {
      const { text } = await browser.get('/me');
      return (JSON.parse(text) as { username?: string } | null)?.username ?? null;
    },
  };
}
