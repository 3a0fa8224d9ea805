import { parser } from '@lezer/python';
import { pythonLimits } from '../limits.js';
import { indentationMistake } from './indentation.js';
import { maskedText } from './masked-text.js';
import { assignedNames } from './assigned-names.js';
import { otherPatterns } from './patterns.js';
import { childrenOf, type Node, type Source } from './source.js';
import { readBlock } from './statements.js';
import type { Program } from './tree.js';

/** Parses a source into a tree of what is supported; `null` where its syntax is wrong, which is reported. */
export function parseProgram(source: Source): Program | null {
  if (source.text.length > pythonLimits.source) {
    source.report(0, `an expression has at most ${String(pythonLimits.source)} characters`);
    return null;
  }
  const { text, subjects } = maskedText(source.text);
  const tree = parser.parse(text);
  if (hasWrongSyntax(source, tree.topNode, text)) return null;
  const mistake = indentationMistake(source.text, tree.topNode);
  if (mistake !== null) {
    source.report(mistake.at, mistake.message);
    return null;
  }
  const body = readBlock({ ...source, subjectAt: (offset) => subjects.get(offset) }, tree.topNode);
  if (body.length === 0 && !isWritten(tree.topNode)) source.report(0, 'there is no statement');
  return { body, locals: assignedNames(body) };
}

function isWritten(top: Node): boolean {
  return childrenOf(top).length > 0;
}

/** `read`: the text that was parsed. */
function hasWrongSyntax(source: Source, top: Node, read: string): boolean {
  let isWrong = false;
  let depth = 0;
  let isTooDeep = false;
  top.cursor().iterate(
    (node) => {
      depth += 1;
      if (depth > pythonLimits.nesting * 2 && !isTooDeep) {
        isTooDeep = true;
        source.report(node.from, 'too deeply nested');
      }
      if (isWrong) return true;
      const mistake = tokenMistake(node.node, read);
      if (mistake !== null) {
        isWrong = true;
        source.report(node.from, mistake);
      }
      if (!node.type.isError || isEmptyPattern(node.node)) return true;
      isWrong = true;
      source.report(node.from, wrongSyntaxAt(source.text, node.from));
      return true;
    },
    () => {
      depth -= 1;
    },
  );
  return isWrong || isTooDeep;
}

/** What lezer's grammar does not know but Python does is named. */
function wrongSyntaxAt(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  if (/\bprint[ \t]+$/.test(line)) return 'invalid syntax: print is a function';
  if (!/^\s*case\b/.test(line)) return 'invalid syntax';
  if (/\w\s*\(\s*$/.test(line) && text.startsWith(')', at)) return otherPatterns;
  const isSecondText = /['"]\s*$/.test(line) && /^[rub]{0,2}['"]/i.test(text.slice(at, at + 3));
  return isSecondText ? 'a text in several parts is not supported as a pattern' : 'invalid syntax';
}

/** Lezer takes any character beyond ASCII for a letter, and ends no text with its line. */
function tokenMistake(node: Node, read: string): string | null {
  const text = read.slice(node.from, node.to);
  if (node.name.endsWith('Name')) return isName.test(text) ? null : 'invalid character in a name';
  if (node.name !== 'String' && node.name !== 'FormatString') return null;
  return isOfOneLine.test(text) && !isEnded.test(ownText(node, read)) ? 'unterminated string literal' : null;
}

const isName = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;
const isOfOneLine = /^[a-z]*(?:'(?!'')|"(?!""))/i;
const isEnded = /^[a-z]*(['"])[^\r\n]*\1$/i;

/** Without what is replaced in it, and without escapes. */
function ownText({ from, to, firstChild }: Node, read: string): string {
  let text = '';
  let at = from;
  for (let child = firstChild; child !== null; child = child.nextSibling) {
    text += read.slice(at, child.from);
    at = child.to;
  }
  return (text + read.slice(at, to)).replaceAll(/\\(?:\r\n|[^])/g, '');
}

/** Lezer's grammar has no `case []:`; it reads an empty literal there. */
function isEmptyPattern(node: Node): boolean {
  return (
    node.from === node.to && node.parent?.name === 'LiteralPattern' && node.parent.parent?.name === 'SequencePattern'
  );
}
