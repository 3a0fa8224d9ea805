interface PageForm {
  /** Empty when the form posts to its own page. */
  readonly action: string;
  /** Names and values of its controls, as the page sent them. */
  readonly values: Readonly<Record<string, string>>;
}

/** The forms of a page that post. */
export function formsOf(html: string): readonly PageForm[] {
  return [...html.matchAll(/<form\b([^>]*)>([^]*?)<\/form>/gi)]
    .map(([, head = '', body = '']) => ({ head: attributesOf(head), body }))
    .filter(({ head }) => head['method']?.toLowerCase() === 'post')
    .map(({ head, body }) => ({ action: head['action'] ?? '', values: valuesOf(body) }));
}

/**
 * Every URL in a page, as it stands there: of links, forms, pictures and scripts, of `http-equiv="refresh"`, and absolute
 * ones in any text.
 */
export function urlsIn(html: string): readonly string[] {
  const inAttributes = [...html.matchAll(/<[a-z][^\s>]*\b([^>]*)>/gi)].flatMap(([, head = '']) => {
    const { href, src, action, formaction, content = '' } = attributesOf(head);
    const refresh = /^\s*\d+\s*[;,]\s*url\s*=\s*['"]?([^'"]+)/i.exec(content)?.[1];
    return [href, src, action, formaction, refresh];
  });
  const inText = [...decode(html).matchAll(/\bhttps?:\/\/[^\s"'<>\\)]*[^\s"'<>\\).,;:!?]/gi)].map(([url]) => url);
  const found = [...inAttributes, ...inText].filter((url) => url !== undefined);
  return [...new Set(found.filter((url) => url !== ''))];
}

/** The visible text of the page, with single spaces between words. */
export function textOf(html: string): string {
  const body = html.replace(/^[^]*?<body\b[^>]*>/i, '').replace(/<(script|style)\b[^]*?<\/\1>|<!--[^]*?-->/gi, ' ');
  return decode(body.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
}

/** The page's message for each field, by the field's name: the text that `aria-describedby` refers to. */
export function errorsOf(html: string): Readonly<Record<string, string>> {
  const invalid = [...html.matchAll(/<(?:input|select|textarea)\b([^>]*\baria-invalid="true"[^>]*)>/gi)];
  const errors = invalid.map(([, head = '']) => {
    const attributes = attributesOf(head);
    const id = (attributes['aria-describedby'] ?? '').split(' ').find((each) => each.endsWith('-error'));
    const [, text = ''] = new RegExp(`\\bid="${id ?? ''}"[^>]*>([^]*?)</div>`).exec(html) ?? [];
    return [attributes['name'] ?? '', textOf(text)] as const;
  });
  return Object.fromEntries(errors);
}

function valuesOf(body: string): Readonly<Record<string, string>> {
  const controls = [...body.matchAll(/<(?:input|select|textarea)\b([^>]*)>/gi)].map(([, head = '']) =>
    attributesOf(head),
  );
  const sent = controls.filter(({ type, checked }) => type !== 'checkbox' || checked !== undefined);
  return Object.fromEntries(sent.map(({ name = '', value = '' }) => [name, value]));
}

function attributesOf(head: string): Readonly<Record<string, string | undefined>> {
  const found = [...head.matchAll(/([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)];
  return Object.fromEntries(found.map(([, name = '', a, b, c]) => [name.toLowerCase(), decode(a ?? b ?? c ?? '')]));
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decode(text: string): string {
  return text
    .replace(/&#x([0-9a-f]+);/gi, (_, hex: string) => String.fromCodePoint(parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, decimal: string) => String.fromCodePoint(Number(decimal)))
    .replace(/&([a-z]+);/gi, (whole, name: string) => entities[name.toLowerCase()] ?? whole);
}
