/** The code between a pair of EJS delimiters. */
interface Scriptlet {
  /** What follows `<%`: `` for statements, `=` and `-` for values, `#` for comments. */
  readonly kind: '' | '=' | '-' | '#';
  readonly code: string;
  /** The line of the delimiter, from 1. */
  readonly line: number;
  /** False where `%>` is missing. */
  readonly closed: boolean;
}

/** The scriptlets of a template, in order. */
export function scriptlets(text: string): readonly Scriptlet[] {
  const found: Scriptlet[] = [];
  let at = 0;
  for (;;) {
    const start = text.indexOf('<%', at);
    if (start === -1) return found;
    if (text[start + 2] === '%') {
      at = start + 3;
      continue;
    }
    const mark = text[start + 2] ?? '';
    const kind = mark === '=' || mark === '-' || mark === '#' ? mark : '';
    const from = start + 2 + (kind !== '' || mark === '_' ? 1 : 0);
    const end = text.indexOf('%>', from);
    const code = text.slice(from, end === -1 ? undefined : end).replace(/[-_]$/, '');
    found.push({ kind, code, line: lineAt(text, start), closed: end !== -1 });
    if (end === -1) return found;
    at = end + 2;
  }
}

/** The line of a position, from 1. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

/** An include of a view, as a template writes it. */
interface Include {
  /** `null` where the name is computed. */
  readonly name: string | null;
  /** The beginning of what is between its parentheses, with the first one. */
  readonly argument: string;
  readonly line: number;
}

const call = /\binclude\(\s*(?:(['"`])((?:(?!\1|\$\{)[^\\])*)\1\s*[,)])?/g;

/** The includes of a template. */
export function includesIn(text: string): readonly Include[] {
  return scriptlets(text)
    .filter(({ kind }) => kind !== '#')
    .flatMap(({ code, line }) =>
      Array.from(withoutComments(code).matchAll(call), (found) => ({
        name: found[2] ?? null,
        argument: code.slice(found.index + 'include'.length, found.index + 60),
        line: line + lineAt(code, found.index) - 1,
      })),
    );
}

/** Comments become blanks, so that positions stay. Strings are skipped: `'https://…'` is no comment. */
export function withoutComments(code: string): string {
  return code.replace(/(['"`])(?:\\[^]|(?!\1)[^\\])*\1|\/\/.*|\/\*[^]*?\*\//g, (found) =>
    found.startsWith('/') ? found.replace(/[^\n]/g, ' ') : found,
  );
}

/** The code with strings emptied. */
export function withoutStrings(code: string): string {
  return code.replace(/(['"`])(?:\\[^]|(?!\1)[^\\])*\1/g, '$1$1');
}

/** A bracket without a partner. */
interface UnpairedBracket {
  readonly line: number;
  readonly bracket: string;
}

const partners: ReadonlyMap<string, string> = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);
const regularExpression = /(?<=[=(,:!&|?{};[]\s*|^\s*|\breturn\s)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//g;

/** The line of a bracket without a partner, in the code of a template; `null` if all are paired. */
export function unpairedBracket(text: string): UnpairedBracket | null {
  const open: UnpairedBracket[] = [];
  for (const { kind, code, line } of scriptlets(text)) {
    if (kind === '#') continue;
    const plain = withoutComments(code)
      .replace(/(['"`])(?:\\[^]|(?!\1)[^\\])*\1/g, withoutBrackets)
      .replace(regularExpression, withoutBrackets);
    for (const { 0: bracket, index } of plain.matchAll(/[(){}[\]]/g)) {
      const at = { line: line + lineAt(code, index) - 1, bracket };
      const partner = partners.get(bracket);
      if (partner === undefined) {
        open.push(at);
        continue;
      }
      const last = open.pop();
      if (last?.bracket === partner) continue;
      return last !== undefined && open.some((one) => one.bracket === partner) ? last : at;
    }
  }
  // In `if (here {` the round one is missing, not the end of the block.
  return open.findLast(({ bracket }) => bracket !== '{') ?? open.at(-1) ?? null;
}

function withoutBrackets(text: string): string {
  return text.replace(/[(){}[\]]/g, ' ');
}
