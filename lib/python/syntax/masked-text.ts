import { parser } from '@lezer/python';
import type { Node } from './source.js';

interface MaskedText {
  /** As long as the text, with names in place of what the grammar does not take. */
  readonly text: string;
  /** The subjects of `match` by their offsets. */
  readonly subjects: ReadonlyMap<number, Node>;
}

// More of them are read without: each is parsed by itself.
const mostSubjects = 100;

/**
 * What lezer's grammar does not take, as it takes it. `print` is a statement of Python 2 to it, and a subject of `match`
 * is a name, a call or a literal. Nodes stand where they stand in the text.
 */
export function maskedText(given: string): MaskedText {
  const text = given.replaceAll(/\bprint\b/g, 'prinT');
  const subjects = new Map<number, Node>();
  const masked = text.replaceAll(
    /^([ \t]*match[ \t]*)((?![ \t=.:])[^\n\r]*?)([ \t]*:[ \t]*(?:#[^\n\r]*)?)(?=(?:[ \t]*(?:#[^\n\r]*)?[\n\r])+[ \t]+case\b)/gm,
    (all, keyword: string, subject: string, end: string, offset: number) => {
      const at = offset + keyword.length;
      const isApart = subject.length > 2 || keyword.endsWith(' ');
      const node = isApart && subjects.size < mostSubjects ? parsedSubject(text, at, subject) : null;
      if (node === null) return all;
      subjects.set(at, node);
      const name = 'm'.repeat(subject.length);
      return `${keyword}${name.length > 2 ? `(${name.slice(2)})` : name}${end}`;
    },
  );
  return { text: masked, subjects };
}

/** Parsed in brackets, at its place. `null`: it is none. */
function parsedSubject(text: string, at: number, subject: string): Node | null {
  const before = text.slice(0, at - 1).replaceAll(/[^\n\r]/g, ' ');
  const { topNode } = parser.parse(`${before}(${subject})`);
  let isWrong = false;
  topNode.cursor().iterate(({ type }) => {
    isWrong ||= type.isError;
  });
  const node = topNode.firstChild?.firstChild ?? null;
  // Without brackets it is no generator.
  return isWrong || node === null || node.nextSibling !== null || node.name === 'ComprehensionExpression' ? null : node;
}
