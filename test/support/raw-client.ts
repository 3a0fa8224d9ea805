import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { CookieJar } from './cookie-jar.js';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The `Location` header as sent, or an empty text. */
  readonly location: string;
}

export type Fields = Readonly<Record<string, string | readonly string[]>>;

/** One visitor over real HTTP: keeps cookies, follows no redirects, adds no headers on its own. */
export class RawClient {
  readonly cookies = new CookieJar();
  readonly #origin: string;

  constructor(url: string) {
    this.#origin = new URL(url).origin;
  }

  get(path: string, headers: OutgoingHttpHeaders = {}): Promise<RawAnswer> {
    return this.send('GET', path, headers);
  }

  /** Fields are sent as a form; a text is sent as is, also as a form unless `headers` name another type. */
  post(path: string, fields: Fields | string, headers: OutgoingHttpHeaders = {}): Promise<RawAnswer> {
    const body = typeof fields === 'string' ? fields : encoded(fields);
    return this.send(
      'POST',
      path,
      { 'content-type': 'application/x-www-form-urlencoded', ...lowerCased(headers) },
      body,
    );
  }

  /** `path` may be a full URL of the same server, as in a `Location` header. */
  send(method: string, path: string, headers: OutgoingHttpHeaders = {}, body = ''): Promise<RawAnswer> {
    const url = new URL(path, this.#origin);
    const cookie = this.cookies.header(url.pathname);
    const length = method === 'GET' ? {} : { 'content-length': Buffer.byteLength(body) };
    const sent = { ...(cookie === '' ? {} : { cookie }), ...length, ...lowerCased(headers) };
    return new Promise((resolve, reject) => {
      // Without an agent each request has its own connection, and none stays open.
      const outgoing = request(
        new URL(url.pathname + url.search, this.#origin),
        { method, headers: sent, agent: false },
        (incoming) => {
          let text = '';
          incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          incoming.once('error', reject);
          incoming.once('end', () => {
            this.cookies.take(incoming.headers['set-cookie'] ?? [], url.pathname);
            resolve({
              status: incoming.statusCode ?? 0,
              headers: incoming.headers,
              text,
              location: incoming.headers.location ?? '',
            });
          });
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }
}

function encoded(fields: Fields): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one] as [string, string]),
  );
  return new URLSearchParams(pairs).toString();
}

function lowerCased(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
