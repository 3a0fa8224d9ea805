import { gzipSync } from 'node:zlib';

export interface MalformedBody {
  readonly title: string;
  /** `field` is a field of the page; `signed` is the field with the signature, ready to be joined by `&`. */
  readonly body: (signed: string, field: string) => string | Buffer;
  readonly type?: string | null;
  readonly encoding?: string;
  readonly status: readonly number[];
}

const form = 'application/x-www-form-urlencoded';
const refusedField = [400, 422];
const prototypeNames = [
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'then',
  'toJSON',
  'valueOf',
];
const many = (count: number, pair: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => pair(index)).join('&');

/** Bodies that no browser sends for our forms, and the allowed answers. Each is sent with a valid signature. */
export const malformedBodies: readonly MalformedBody[] = [
  ...[
    null,
    'text/plain',
    'application/json',
    'multipart/form-data; boundary=x',
    'text/html',
    'x',
    'application/x-www-form-urlencodedx',
  ].map((type): MalformedBody => ({
    title: `Content-Type ${type ?? '(none)'}`,
    type,
    body: (signed, field) => `${signed}&${field}=a`,
    status: [415],
  })),
  ...['utf-7', 'utf-16', 'utf-16le', 'latin1', 'iso-8859-1', 'windows-1252', 'x', '"latin1"'].map(
    (charset): MalformedBody => ({
      title: `charset=${charset}`,
      type: `${form}; charset=${charset}`,
      body: (signed, field) => `${signed}&${field}=a`,
      status: [415],
    }),
  ),
  { title: 'JSON in a form', body: (signed, field) => `${signed}&{"${field}":"a"}`, status: [422] },
  { title: 'a field twice', body: (signed, field) => `${signed}&${field}=a&${field}=b`, status: [400] },
  ...['[a]=1', '[]=1', '[$ne]=', '[0]=a', '.b=1', '[__proto__][x]=1', '[a', '[[]]=1', '%5Ba%5D=1', '[length]=9'].map(
    (rest): MalformedBody => ({
      title: `the field followed by ${rest}`,
      body: (signed, field) => `${signed}&${field}${rest}`,
      status: refusedField,
    }),
  ),
  ...prototypeNames.map((name): MalformedBody => ({
    title: `a field named ${name}`,
    body: (signed) => `${signed}&${name}=x&${name}[x]=polluted&a[${name}][x]=polluted`,
    status: refusedField,
  })),
  {
    title: '1,001 parameters',
    body: (signed) => `${signed}&${many(1001, (index) => `p${index}=1`)}`,
    status: [413],
  },
  { title: '100,000 times a[]', body: (signed) => `${signed}&${many(100_000, () => 'a[]')}`, status: [413] },
  {
    title: 'nested a hundred deep',
    body: (signed, field) => `${signed}&${field}${'[a]'.repeat(100)}=1`,
    status: refusedField,
  },
  {
    title: 'a field of 40 kB',
    body: (signed, field) => `${signed}&${field}=${'a'.repeat(40_000)}`,
    status: [413],
  },
  {
    title: 'a field of 10 MB',
    body: (signed, field) => `${signed}&${field}=${'a'.repeat(10_000_000)}`,
    status: [413],
  },
  {
    title: 'a field of 30 kB',
    body: (signed, field) => `${signed}&${field}=${'a'.repeat(30_000)}`,
    status: [422],
  },
  {
    title: '10 MB that are 10 kB when compressed',
    encoding: 'gzip',
    body: (signed, field) => gzipSync(`${signed}&${field}=${'a'.repeat(10_000_000)}`),
    status: [415],
  },
  {
    title: 'not what Content-Encoding says',
    encoding: 'gzip',
    body: (signed, field) => `${signed}&${field}=a`,
    status: [415],
  },
  {
    title: 'an unknown Content-Encoding',
    encoding: 'rot13',
    body: (signed, field) => `${signed}&${field}=a`,
    status: [415],
  },
  ...['%ff%fe', '%c0%af', '%ed%a0%80', '%f8%88%80%80%80', '%80', 'a%e4', '%', '%zz', '%4', '%u0041', 'a%'].map(
    (text): MalformedBody => ({
      title: `a field that is ${text}`,
      body: (signed, field) => `${signed}&${field}=${text}`,
      status: refusedField,
    }),
  ),
  {
    title: 'bytes that are no UTF-8',
    body: (signed, field) => Buffer.concat([Buffer.from(`${signed}&${field}=`), Buffer.from([0xff, 0xfe, 0x80])]),
    status: [400],
  },
  ...['%00', 'a%00b', '%0d%0aSet-Cookie:x=1', '%1b[2J', '%e2%80%ae', '%ef%bb%bf', '%7f'].map((text): MalformedBody => ({
    title: `a field that is ${text}`,
    body: (signed, field) => `${signed}&${field}=${text}`,
    status: refusedField,
  })),
  { title: 'nothing but the signature', body: (signed) => signed, status: [422] },
  { title: 'an empty body', body: () => '', status: [403, 415] },
  { title: 'only separators', body: () => '&&&==&=&', status: [403] },
  {
    title: 'names that a template engine might hear',
    body: (signed) =>
      `${signed}&settings[view options][client]=1&settings[views]=/etc&cache=1&_locals=1&delimiter=a&filename=/etc/passwd&debug=1&escapeFunction=x`,
    status: refusedField,
  },
];

export const formType = form;
