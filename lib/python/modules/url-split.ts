/** The parts of an address by RFC 3986, as `urlsplit` has them. */
export interface UrlParts {
  readonly scheme: string;
  readonly netloc: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

export function splitUrl(text: string): UrlParts {
  const plain = text
    .replaceAll(/[\t\n\r]/g, '')
    .replace(/^[\0-\x20]+/, '')
    .replace(/[\0-\x20]+$/, '');
  const [, scheme, afterScheme = plain] = /^([a-zA-Z][a-zA-Z0-9+.-]*):([^]*)$/.exec(plain) ?? [];
  const [, netloc, afterNet = afterScheme] = /^\/\/([^/?#]*)([^]*)$/.exec(afterScheme) ?? [];
  const [, beforeFragment = afterNet, fragment = ''] = /^([^#]*)#([^]*)$/.exec(afterNet) ?? [];
  const [, path = beforeFragment, query = ''] = /^([^?]*)\?([^]*)$/.exec(beforeFragment) ?? [];
  return { scheme: (scheme ?? '').toLowerCase(), netloc: netloc ?? '', path, query, fragment };
}

export function joinUrl({ scheme, netloc, path, query, fragment }: UrlParts): string {
  const authority = netloc === '' ? '' : `//${netloc}`;
  const slash = netloc !== '' && path !== '' && !path.startsWith('/') ? '/' : '';
  return `${scheme === '' ? '' : `${scheme}:`}${authority}${slash}${path}${query === '' ? '' : `?${query}`}${fragment === '' ? '' : `#${fragment}`}`;
}

/** Host, port and credentials of an authority. */
export function splitAuthority(netloc: string): {
  readonly username: string | null;
  readonly password: string | null;
  readonly hostname: string | null;
  readonly port: string | null;
} {
  const at = netloc.lastIndexOf('@');
  const [username = null, ...rest] = at < 0 ? [] : netloc.slice(0, at).split(':');
  const host = netloc.slice(at + 1);
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(host) ?? [];
  const name = (bracketed ?? plain ?? '').toLowerCase();
  return {
    username,
    password: rest.length === 0 ? null : rest.join(':'),
    hostname: name === '' ? null : name,
    port: port === undefined || port === '' ? null : port,
  };
}

/** `urljoin`, by RFC 3986 §5.2. */
/** Schemes whose addresses have a path to start from: `uses_relative` of Python. */
const relative = new Set(
  ',ftp,http,gopher,nntp,imap,wais,file,https,shttp,mms,prospero,rtsp,rtsps,rtspu,sftp,svn,svn+ssh,ws,wss'.split(','),
);

export function resolveUrl(base: string, text: string): string {
  if (base === '' || text === '') return base === '' ? text : base;
  const [from, to] = [splitUrl(base), splitUrl(text)];
  if (!relative.has(from.scheme)) return text;
  if (to.scheme !== '' && to.scheme !== from.scheme) return text;
  if (to.netloc !== '') return joinUrl({ ...to, scheme: from.scheme });
  if (to.path === '')
    return joinUrl({ ...from, query: to.query === '' ? from.query : to.query, fragment: to.fragment });
  const directory = from.path.slice(0, from.path.lastIndexOf('/') + 1);
  const path = to.path.startsWith('/')
    ? to.path
    : `${directory === '' && from.netloc !== '' ? '/' : directory}${to.path}`;
  return joinUrl({ ...to, scheme: from.scheme, netloc: from.netloc, path: withoutDots(path) });
}

function withoutDots(path: string): string {
  const parts: string[] = [];
  const segments = path.split('/');
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (segment === '..') {
      if (parts.length > 1) parts.pop();
      if (isLast) parts.push('');
    } else if (segment === '.') {
      if (isLast) parts.push('');
    } else parts.push(segment);
  }
  return parts.join('/');
}
