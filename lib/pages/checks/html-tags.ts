/** A start or end tag of a page that was drawn. */
export interface Tag {
  /** In lower case. */
  readonly name: string;
  readonly isEnd: boolean;
  /** By name in lower case, with character references resolved. */
  readonly attributes: ReadonlyMap<string, string>;
  /** The text up to the next tag, with character references resolved. */
  readonly text: string;
}

const tag = /<!--[^]*?(?:-->|$)|<(\/?)([a-z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/gi;
const attribute = /([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;
// Their content is text, whatever it looks like.
const rawText = new Set(['script', 'style', 'textarea', 'title']);

/** The id of an element; an empty one is none, and leads nowhere (HTML, 3.2.6). */
export function idOf({ attributes }: Pick<Tag, 'attributes'>): string | undefined {
  return attributes.get('id') || undefined;
}

/** The tags of a page, in order: enough to see what it consists of, without a tree. */
export function tagsIn(html: string): readonly Tag[] {
  const found: Omit<Tag, 'text'>[] = [];
  const texts: string[] = [];
  let inside: string | null = null;
  let end = 0;
  const readTo = (start: number): void => {
    const last = texts.pop();
    if (last !== undefined) texts.push(last + html.slice(end, start));
  };
  for (const { 0: whole, 1: slash, 2: written, 3: attributes, index } of html.matchAll(tag)) {
    const name = written?.toLowerCase();
    const isEnd = slash === '/';
    if (inside !== null && !(isEnd && name === inside)) continue;
    readTo(index);
    end = index + whole.length;
    if (name === undefined) continue;
    inside = !isEnd && rawText.has(name) ? name : null;
    found.push({ name, isEnd, attributes: attributesIn(attributes ?? '') });
    texts.push('');
  }
  readTo(html.length);
  return found.map((one, index) => ({ ...one, text: decoded(texts[index] ?? '') }));
}

function attributesIn(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', double, single, bare] of text.matchAll(attribute)) {
    // Of two attributes with one name, browsers use the first.
    if (!attributes.has(name.toLowerCase()))
      attributes.set(name.toLowerCase(), decoded(double ?? single ?? bare ?? ''));
  }
  return attributes;
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};

/** Resolves the character references that template engines write. */
export function decoded(text: string): string {
  return text.replace(
    /&(?:#(\d+)|#x([0-9a-f]+)|(amp|lt|gt|quot|apos|nbsp));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return named[name.toLowerCase()] ?? whole;
      const point = Number.parseInt(decimal ?? hex ?? '', decimal === undefined ? 16 : 10);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );
}
