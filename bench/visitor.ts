import type { Answer, HttpConnection } from './http-connection.js';

interface Cookie {
  readonly value: string;
  readonly path: string;
}

let visitors = 0;

/** A name and a client address that were not used before. */
function nextPerson(): { name: string; address: string } {
  visitors += 1;
  const bytes = [(visitors >> 16) & 255, (visitors >> 8) & 255, visitors & 255];
  return { name: `visitor-${visitors}`, address: `10.${bytes.join('.')}` };
}

/** A visitor with a separate cookie jar, over any free connection. */
export class Visitor {
  readonly name: string;
  readonly #address: string;
  readonly #cookies = new Map<string, Cookie>();

  constructor() {
    const { name, address } = nextPerson();
    this.name = name;
    this.#address = address;
  }

  get(connection: HttpConnection, path: string): Promise<Answer> {
    return this.#send(connection, `GET ${path} HTTP/1.1\r\n${this.#headers(connection, path)}\r\n`);
  }

  post(connection: HttpConnection, path: string, body: string): Promise<Answer> {
    const type = 'Content-Type: application/x-www-form-urlencoded';
    return this.#send(
      connection,
      `POST ${path} HTTP/1.1\r\n${this.#headers(connection, path)}${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }

  #headers({ host }: HttpConnection, path: string): string {
    const cookies: string[] = [];
    for (const [name, cookie] of this.#cookies)
      if (path.startsWith(cookie.path)) cookies.push(`${name}=${cookie.value}`);
    const cookieLine = cookies.length === 0 ? '' : `Cookie: ${cookies.join('; ')}\r\n`;
    return `Host: ${host}\r\nAccept: text/html\r\nx-bench-client: ${this.#address}\r\n${cookieLine}`;
  }

  async #send(connection: HttpConnection, request: string): Promise<Answer> {
    const answer = await connection.send(request);
    for (const [, line = ''] of answer.head.matchAll(/\r\nset-cookie: *([^\r]*)/gi)) this.#keep(line);
    return answer;
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/; */);
    const at = pair.indexOf('=');
    const named = new Map(
      attributes.map((text) => text.split('=', 2) as [string, string?]).map(([k, v = '']) => [k.toLowerCase(), v]),
    );
    const over = named.get('max-age') === '0' || Date.parse(named.get('expires') ?? '') < Date.now();
    if (over) this.#cookies.delete(pair.slice(0, at));
    else this.#cookies.set(pair.slice(0, at), { value: pair.slice(at + 1), path: named.get('path') ?? '/' });
  }
}
