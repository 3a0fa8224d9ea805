import { parser } from '@lezer/python';
import { pythonLimits } from '../limits.js';
import { assignedNames } from './assigned-names.js';
import type { Node, Source } from './source.js';
import { readBlock } from './statements.js';
import type { Program } from './tree.js';

/** Parses a source into a tree of what is supported; `null` where its syntax is wrong, which is reported. */
export function parseProgram(source: Source): Program | null {
  if (source.text.length > pythonLimits.source) {
    source.report(0, `an expression has at most ${String(pythonLimits.source)} characters`);
    return null;
  }
  const tree = parser.parse(source.text);
  if (hasWrongSyntax(source, tree.topNode)) return null;
  const body = readBlock(source, tree.topNode);
  return { body, locals: assignedNames(body) };
}

function hasWrongSyntax(source: Source, top: Node): boolean {
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
      if (!node.type.isError || isWrong || isEmptyPattern(node.node)) return true;
      isWrong = true;
      source.report(node.from, 'invalid syntax');
      return true;
    },
    () => {
      depth -= 1;
    },
  );
  return isWrong || isTooDeep;
}

/** Lezer's grammar has no `case []:`; it reads an empty literal there. */
function isEmptyPattern(node: Node): boolean {
  return (
    node.from === node.to && node.parent?.name === 'LiteralPattern' && node.parent.parent?.name === 'SequencePattern'
  );
}
