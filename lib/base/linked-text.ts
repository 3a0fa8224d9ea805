/** A part of a sentence; `href` is null for plain text. */
export interface TextPart {
  readonly text: string;
  readonly href: string | null;
}

const link = /<(\w+)>([^<]*)<\/\1>/g;

/**
 * The parts of a sentence with named links, as in `the <terms>terms of use</terms>`: each language places and words its
 * links itself. `hrefs` by name; a link without one is plain text.
 */
export function linkedText(text: string, hrefs: Readonly<Record<string, string | undefined>>): readonly TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const { index, 0: whole, 1: name = '', 2: words = '' } of text.matchAll(link)) {
    if (index > end) parts.push({ text: text.slice(end, index), href: null });
    parts.push({ text: words, href: Object.hasOwn(hrefs, name) ? (hrefs[name] ?? null) : null });
    end = index + whole.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: null });
  return parts;
}

/** The names of a sentence's links. */
export function linkNames(text: string): readonly string[] {
  return Array.from(text.matchAll(link), ([, name = '']) => name);
}

/** What is wrong with the links of a text, for links of these names; empty if nothing is. */
export function linkIssues(text: string, names: readonly string[]): readonly string[] {
  const used = linkNames(text);
  const [left] = /<\/?\w+>/.exec(text.replace(link, '')) ?? [];
  return [
    ...names.filter((name) => !used.includes(name)).map((name) => `the text has no link <${name}>…</${name}>`),
    ...used.filter((name) => !names.includes(name)).map((name) => `the link <${name}> has no address`),
    ...(left === undefined ? [] : [`${left} is not a whole link`]),
  ];
}

/** What is wrong with the links of a text that replaces `original`, as the end of a sentence; `null` if nothing is. */
export function linkProblem(text: string, original: string): string | null {
  const offered = linkNames(original);
  if (offered.length === 0) return null;
  const used = linkNames(text);
  const other = used.find((name) => !offered.includes(name));
  const list = offered.map((name) => `<${name}>…</${name}>`).join(', ');
  if (other !== undefined) return `there is no link <${other}> here, only ${list}`;
  const [left] = /<\/?\w+>/.exec(text.replace(link, '')) ?? [];
  if (left !== undefined) return `${left} is not a whole link; write ${list}`;
  // What people agree to can be read, in every language.
  const missing = offered.filter((name) => !used.includes(name)).map((name) => `<${name}>…</${name}>`);
  return missing.length === 0 ? null : `lacks the link ${missing.join(', ')}`;
}
