import { parseSetCookie, type SetCookie } from 'cookie';

/** The cookies of one host, by name and path (RFC 6265). `Secure` is ignored: tests listen on plain http. */
export class Cookies {
  #stored: readonly SetCookie[] = [];

  store(setCookie: readonly string[], requestPath: string): void {
    for (const line of setCookie) {
      const cookie = {
        path: requestPath.replace(/\/[^/]*$/, '') || '/',
        ...parseSetCookie(line, { decode: (text) => text }),
      };
      const expired = cookie.maxAge === undefined ? (cookie.expires ?? Infinity) <= new Date() : cookie.maxAge <= 0;
      const others = this.#stored.filter(({ name, path }) => name !== cookie.name || path !== cookie.path);
      this.#stored = expired ? others : [...others, cookie];
    }
  }

  /** The `Cookie` header for a path; empty when there is none. */
  header(requestPath: string): string {
    return this.#stored
      .filter(({ path = '/' }) => requestPath === path || requestPath.startsWith(path.replace(/\/?$/, '/')))
      .sort((a, b) => (b.path ?? '').length - (a.path ?? '').length)
      .map(({ name, value }) => `${name}=${value ?? ''}`)
      .join('; ');
  }
}
