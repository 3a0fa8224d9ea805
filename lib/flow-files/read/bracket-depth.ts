import { Lexer } from 'yaml';
import { fileLimits } from '../limits.js';

/** The tokens of the library that stand for no character of the text: a document, the end of brackets, a scalar. */
const marks: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001f']);
const scalarMark = '\u001f';

/** The offset of the bracket that opens a level too many; brackets in texts and comments are none. `null`: there is none. */
export function bracketsTooDeepAt(text: string): number | null {
  // Most files have fewer in all.
  if ((text.match(/[[{]/g)?.length ?? 0) <= fileLimits.depth) return null;
  let depth = 0;
  let at = 0;
  let before = '';
  for (const token of new Lexer().lex(text)) {
    if (before !== scalarMark && (token === '[' || token === '{')) depth += 1;
    else if (before !== scalarMark && (token === ']' || token === '}')) depth = Math.max(0, depth - 1);
    if (depth > fileLimits.depth) return at;
    if (!marks.has(token)) at += token.length;
    before = token;
  }
  return null;
}
