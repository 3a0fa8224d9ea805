/**
 * The URL of a text (relative to `base`, where one is given), or `null`. `URL.canParse` is not used: once V8 has
 * optimized a call of it, Node 20 and 22 answer false for a text with letters such as `ü`.
 */
export function parseUrl(text: string, base?: string): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

/** True for a host name of this machine in the form of `URL`: `localhost`, `127.0.0.0/8` or `[::1]`. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** True for a URL of this machine. */
export function isLocal(url: string): boolean {
  return isLoopback(new URL(url).hostname);
}
