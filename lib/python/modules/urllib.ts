import type { Machine, Run } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { emptyDict, entryOf, list, setEntry, tuple } from '../values/create.js';
import { isTrue, membersOf, textOf } from '../values/protocols.js';
import { isObject } from '../values/type-of.js';
import type { PyModule, PyRecord, Value } from '../values/value.js';
import { asText } from '../types/arguments.js';
import { builtin, builtins } from '../types/define.js';
import type { Bound } from '../types/signature.js';
import { quote, quotePlus, unquote } from './url-quote.js';
import { joinUrl, resolveUrl, splitAuthority, splitUrl, type UrlParts } from './url-split.js';

/** The result of `urlsplit` or `urlparse`: its parts by name. */
function urlRecord(m: Machine, parts: UrlParts, isParsed: boolean): PyRecord {
  const { hostname, port, username, password } = splitAuthority(parts.netloc);
  const number = port !== null && /^\d+$/.test(port) ? BigInt(port) : null;
  if (port !== null && (number === null || number > 65_535n))
    return raise(m, 'ValueError', `Port could not be cast to integer value as '${port.slice(0, 20)}'`);
  const semicolon = isParsed ? parts.path.lastIndexOf(';') : -1;
  const hasParams = semicolon > parts.path.lastIndexOf('/');
  const url = joinUrl(parts);
  const attributes: Readonly<Record<string, Value>> = {
    scheme: parts.scheme,
    netloc: parts.netloc,
    path: hasParams ? parts.path.slice(0, semicolon) : parts.path,
    ...(isParsed ? { params: hasParams ? parts.path.slice(semicolon + 1) : '' } : {}),
    query: parts.query,
    fragment: parts.fragment,
    hostname,
    port: number,
    username,
    password,
    geturl: builtin('geturl', '', () => url),
  };
  return {
    type: 'record',
    className: isParsed ? 'ParseResult' : 'SplitResult',
    attributes: new Map(Object.entries(attributes)),
    text: url,
    key: url,
  };
}

function pairsOf(m: Machine, text: string, keepsBlank: boolean): readonly (readonly [string, string])[] {
  m.visit(text.length * 4);
  return text.split('&').flatMap((part) => {
    if (part === '') return [];
    const at = part.indexOf('=');
    const [name, value] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
    if (value === '' && !keepsBlank) return [];
    m.allocate(32);
    return [[unquote(m, name.replaceAll('+', ' ')), unquote(m, value.replaceAll('+', ' '))] as const];
  });
}

function* urlencode(m: Machine, [query = null, doseq = false]: Bound): Run {
  const pairs: (readonly [Value, Value])[] = [];
  if (isObject(query) && query.type === 'dict')
    for (const { key, value } of query.entries.values()) pairs.push([key, value]);
  else
    for (const pair of yield* membersOf(m, query)) {
      const [name = null, value = null] = yield* membersOf(m, pair);
      pairs.push([name, value]);
    }
  const parts: string[] = [];
  for (const [name, value] of pairs) {
    const isList = isTrue(m, doseq) && isObject(value) && (value.type === 'list' || value.type === 'tuple');
    for (const one of isList ? value.items : [value])
      parts.push(`${quotePlus(m, textOf(m, name), '')}=${quotePlus(m, textOf(m, one), '')}`);
  }
  const text = parts.join('&');
  m.allocateText(text.length);
  return text;
}

const members = builtins({
  quote: ['string, safe=', (m, [text, safe = '/']) => quote(m, asText(m, text), asText(m, safe))],
  quote_plus: ['string, safe=', (m, [text, safe = '']) => quotePlus(m, asText(m, text), asText(m, safe))],
  unquote: ['string', (m, [text]) => unquote(m, asText(m, text))],
  unquote_plus: ['string', (m, [text]) => unquote(m, asText(m, text).replaceAll('+', ' '))],
  urlencode: ['query, doseq=', urlencode],
  urlsplit: ['url', (m, [url]) => urlRecord(m, splitUrl(asText(m, url)), false)],
  urlparse: ['url', (m, [url]) => urlRecord(m, splitUrl(asText(m, url)), true)],
  urljoin: ['base, url', (m, [base, url]) => resolveUrl(asText(m, base), asText(m, url))],
  parse_qsl: [
    'qs, keep_blank_values=',
    (m, [text, keep = false]) => list(pairsOf(m, asText(m, text), isTrue(m, keep)).map((pair) => tuple([...pair]))),
  ],
  parse_qs: [
    'qs, keep_blank_values=',
    (m, [text, keep = false]) => {
      const dict = emptyDict();
      for (const [name, value] of pairsOf(m, asText(m, text), isTrue(m, keep))) {
        const known = entryOf(m, dict, name)?.value ?? null;
        if (isObject(known) && known.type === 'list') known.items.push(value);
        else setEntry(m, dict, name, list([value]));
      }
      return dict;
    },
  ],
});

const parse: PyModule = { type: 'module', name: 'urllib.parse', members };

export const urllibModules: readonly PyModule[] = [
  parse,
  { type: 'module', name: 'urllib', members: new Map([['parse', parse]]) },
];

/** The attributes of what `urlparse` returns. */
export const urlAttributes = [
  'scheme',
  'netloc',
  'path',
  'params',
  'query',
  'fragment',
  'hostname',
  'port',
  'username',
  'password',
  'geturl',
];
