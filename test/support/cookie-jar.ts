/** The cookies of one visitor of one host, by name and path, until they expire. `Secure` is ignored. */
export class CookieJar {
  readonly #cookies: Cookie[] = [];

  take(setCookie: readonly string[], requestPath: string): void {
    for (const line of setCookie) {
      const cookie = parse(line, requestPath);
      const known = this.#cookies.findIndex(({ name, path }) => name === cookie.name && path === cookie.path);
      if (known !== -1) this.#cookies.splice(known, 1);
      if (!cookie.gone) this.#cookies.push(cookie);
    }
  }

  /** The `Cookie` header for a path, the longest path first as browsers do; empty when there is none. */
  header(path: string): string {
    return this.#cookies
      .filter((cookie) => covers(cookie.path, path))
      .sort((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  get(name: string): string | undefined {
    return this.#cookies.find((cookie) => cookie.name === name)?.value;
  }

  set(name: string, value: string, path = '/'): void {
    this.take([`${name}=${value}; Path=${path}`], path);
  }

  names(): string[] {
    return this.#cookies.map(({ name }) => name);
  }

  clear(): void {
    this.#cookies.length = 0;
  }
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly gone: boolean;
}

function parse(line: string, requestPath: string): Cookie {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const attribute = (name: string): string | undefined =>
    attributes.find((text) => text.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
  const maxAge = attribute('max-age');
  const expires = attribute('expires');
  const equals = pair.indexOf('=');
  return {
    name: pair.slice(0, equals),
    value: pair.slice(equals + 1),
    path: attribute('path') ?? (requestPath.replace(/\/[^/]*$/, '') || '/'),
    gone: maxAge !== undefined ? Number(maxAge) <= 0 : expires !== undefined && Date.parse(expires) <= Date.now(),
  };
}

function covers(cookiePath: string, path: string): boolean {
  if (path === cookiePath) return true;
  return path.startsWith(cookiePath.endsWith('/') ? cookiePath : `${cookiePath}/`);
}
