import { LineCounter, parseAllDocuments, type Document, type YAMLError } from 'yaml';
import { fileLimits, sizeIssue } from '../limits.js';
import type { Position, Problems } from '../problems.js';
import { bracketsTooDeepAt } from './bracket-depth.js';
import { encodingIssue, reportReplaced } from './encoding.js';
import { placeAt } from './place-at.js';
import { pythonNumbers } from './python-numbers.js';
import { syntaxMistakes, type SyntaxMistake } from './syntax-mistakes.js';
import { treeOf } from './tree-of.js';
import type { Tree } from './tree.js';

/**
 * Reads YAML 1.1, as PyYAML does, or JSON, which is a part of it. `null`: there is no value, or the file cannot be read;
 * `problems` has the reasons.
 */
export function parseYaml(text: string, problems: Problems): Tree | null {
  const size = Buffer.byteLength(text);
  if (size > fileLimits.bytes) {
    problems.add('refused', start, sizeIssue(size));
    return null;
  }
  const encoding = encodingIssue(text);
  if (encoding !== null) {
    problems.add('refused', start, encoding);
    return null;
  }
  reportReplaced(text, problems);
  // The parser calls itself for every level, so what is too deep must not reach it.
  const tooDeep = tooDeepAt(text);
  if (tooDeep !== null) {
    const most = String(fileLimits.depth);
    problems.add('refused', placeAt(text, tooDeep), `lists and mappings are more than ${most} levels deep`);
    return null;
  }
  if (closesTooOften(text)) {
    problems.add('refused', start, 'the file is no YAML: its brackets close more than they open');
    return null;
  }
  const lines = new LineCounter();
  const documents = parse(text, lines);
  if (documents === null) {
    problems.add('refused', start, 'the file is no YAML');
    return null;
  }
  const [document, second] = documents;
  if (document === undefined) return null;
  if (second !== undefined)
    problems.add('refused', placeIn(lines, second.range[0]), 'a flow file has one document; here begins a second one');
  const first = firstOf([document]);
  if (first !== null)
    for (const { at, message } of syntaxMistakes(text, first, (part) => firstOf(parse(part, new LineCounter()) ?? [])))
      problems.add('refused', placeIn(lines, at), message);
  return document.errors.length > 0 ? null : treeOf(document, (offset) => placeIn(lines, offset), problems);
}

const start: Position = { line: 1, column: 1 };

function parse(text: string, lineCounter: LineCounter): readonly Document.Parsed[] | null {
  // The parser makes an error of each mistake, and their stacks would take most of its time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const documents = parseAllDocuments(text, {
      version: '1.1',
      customTags: (tags) => [...tags.filter((tag) => typeof tag === 'string' || !isNumber(tag)), ...pythonNumbers],
      lineCounter,
      prettyErrors: false,
      // PyYAML takes the last one; it is reported as a mistake of its own.
      uniqueKeys: false,
      logLevel: 'silent',
    });
    return 'empty' in documents ? [] : documents;
  } catch {
    // A text that is too deep for the parser's own recursion.
    return null;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function isNumber({ tag }: { readonly tag: string }): boolean {
  return tag.endsWith(':int') || tag.endsWith(':float');
}

/** The offset of what exceeds the depth: brackets, or the marks that can open several levels in one line. */
function tooDeepAt(text: string): number | null {
  return bracketsTooDeepAt(text) ?? manyMarks.exec(text)?.index ?? null;
}

/** The parser makes a mistake, with its stack, of each bracket that closes nothing. */
function closesTooOften(text: string): boolean {
  const count = (marks: RegExp): number => text.match(marks)?.length ?? 0;
  return count(/[\]}]/g) - count(/[[{]/g) > 1_000;
}

const manyMarks = new RegExp(`^[ ]*(?:[-?&!][^\\s]{0,40}[ \\t]+){${String(fileLimits.depth)}}`, 'm');

function placeIn(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function firstOf(documents: readonly Document.Parsed[]): SyntaxMistake | null {
  const [first] = documents.flatMap(({ errors }) => errors).sort((one, other) => one.pos[0] - other.pos[0]);
  return first === undefined ? null : { at: first.pos[0], message: sentenceOf(first) };
}

/** The library's words without a part of the file: that may be a secret. */
function sentenceOf({ message }: YAMLError): string {
  const [first = 'the file is no YAML'] = message.split('\n');
  return first.slice(0, 160).replace(/:$/, '');
}
