/** From where the pages' Content-Security-Policy lets scripts come. */
export interface ScriptSources {
  /** The address of a page, for relative paths. */
  readonly page: string;
  /** Source expressions of CSP Level 3: origins, origins with a path, and `'self'`. */
  readonly allowed: readonly string[];
}

/** True if the browser loads a script of this address. */
export function mayLoadScript(src: string, { page, allowed }: ScriptSources): boolean {
  if (!URL.canParse(src, page)) return false;
  const url = new URL(src, page);
  return allowed.some((source) => {
    if (source.toLowerCase() === "'self'") return url.origin === new URL(page).origin;
    const [, scheme = '', host = '', path = ''] = /^(\w+:\/\/)([^/]+)(.*)$/.exec(source) ?? [];
    const isHost = host.startsWith('*.') ? url.host.endsWith(host.slice(1)) : url.host === host.toLowerCase();
    return `${url.protocol}//` === scheme.toLowerCase() && isHost && isPath(url.pathname, path);
  });
}

/** A path that ends in a slash is a folder, any other one a file. */
function isPath(pathname: string, path: string): boolean {
  return path === '' || path === '/' || (path.endsWith('/') ? pathname.startsWith(path) : pathname === path);
}
