import { isAlias, isMap, isNode, isScalar, isSeq, type Document, type Node, type Pair, type Scalar } from 'yaml';
import { isForbiddenKey } from '../../base/json.js';
import { fileLimits } from '../limits.js';
import { floatText } from '../../python/values/float-text.js';
import type { Position, Problems } from '../problems.js';
import { isPythonFloat } from './python-numbers.js';
import type { Member, Tree, WrittenAs } from './tree.js';

type PositionIn = (offset: number) => Position;

/** The document as a tree of our own: aliases and merge keys are carried out, and every value has its place. */
export function treeOf(document: Document.Parsed, placeIn: PositionIn, problems: Problems): Tree | null {
  let nodes = 0;
  const anchors = new Map<string, Node>();
  // The values that are being read: an alias inside its own anchor would have no end.
  const open = new Set<Node>();
  let isRepeating = false;

  function read(node: unknown, above: Position, depth: number): Tree {
    const at = placeOf(node) ?? above;
    nodes += 1;
    if (nodes > fileLimits.nodes)
      throw new Refusal(at, `the file has more than ${String(fileLimits.nodes)} values, its aliases written out`);
    if (depth > fileLimits.depth)
      throw new Refusal(at, `lists and mappings are more than ${String(fileLimits.depth)} levels deep`);
    if (isAlias(node)) return readAlias(node.source, at, depth);
    keepAnchor(node);
    const value = untagged(node, at, depth);
    const tag = ownTag(node);
    return tag === null ? value : { type: 'tagged', tag, value, at };
  }

  function keepAnchor(node: unknown): void {
    if (!isRepeating && isNode(node) && !isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
  }

  function readAlias(name: string, at: Position, depth: number): Tree {
    const target = anchors.get(name);
    if (target === undefined) return unread(at, `no value above has the anchor &${name}`);
    if (open.has(target)) return unread(at, `*${name} stands inside its own value`);
    const before = isRepeating;
    isRepeating = true;
    const tree = read(target, at, depth);
    isRepeating = before;
    return tree;
  }

  function unread(at: Position, sentence: string): Tree {
    problems.add('refused', at, sentence);
    return { type: 'unread', at };
  }

  function untagged(node: unknown, at: Position, depth: number): Tree {
    if (isSeq(node))
      return whileOpen(node, () => ({ type: 'list', items: node.items.map((item) => read(item, at, depth + 1)), at }));
    if (isMap(node)) return whileOpen(node, () => ({ type: 'mapping', members: membersOf(node.items, at, depth), at }));
    if (!isScalar(node)) return { type: 'scalar', value: null, firstLine: at.line, written: null, at };
    const value = scalarOf(node, at);
    if (value === undefined) return { type: 'unread', at };
    return { type: 'scalar', value, firstLine: firstLineOf(node, value, at), written: writtenAs(node), at };
  }

  /** Quoted and folded texts break their lines elsewhere, and a repeated one stands elsewhere. */
  function firstLineOf(node: Scalar, value: unknown, at: Position): number | null {
    if (node.type === 'BLOCK_LITERAL') return isRepeating ? null : at.line + 1;
    return node.type === 'BLOCK_FOLDED' || (typeof value === 'string' && value.includes('\n')) ? null : at.line;
  }

  function whileOpen(node: Node, make: () => Tree): Tree {
    open.add(node);
    const tree = make();
    open.delete(node);
    return tree;
  }

  function membersOf(pairs: readonly Pair[], at: Position, depth: number): readonly Member[] {
    const members = new Map<string, Member>();
    const merged: Member[] = [];
    for (const { key, value } of pairs) {
      const keyAt = placeOf(key) ?? at;
      if (isMergeKey(key)) {
        merged.push(...mergedMembers(read(value, keyAt, depth + 1)));
        continue;
      }
      const name = keyOf(key, keyAt);
      if (name === null) continue;
      if (members.has(name)) problems.add('refused', keyAt, `the key "${name}" stands here twice`);
      members.set(name, { key: name, keyAt, value: read(value, keyAt, depth + 1) });
    }
    // What stands in the mapping itself wins, and of several merged ones the first.
    for (const member of merged) if (!members.has(member.key)) members.set(member.key, member);
    return [...members.values()];
  }

  function mergedMembers(tree: Tree): readonly Member[] {
    if (tree.type === 'mapping') return tree.members;
    if (tree.type === 'list') return tree.items.flatMap(mergedMembers);
    if (tree.type !== 'unread') problems.add('refused', tree.at, '<< merges mappings only');
    return [];
  }

  function keyOf(key: unknown, at: Position): string | null {
    const value = isScalar(key) ? scalarOf(key, at) : null;
    if (value === undefined) return null;
    if (!isScalar(key) || ownTag(key) !== null) {
      problems.add('refused', at, 'a key must be a text');
      return null;
    }
    const name = String(value);
    if (!isForbiddenKey(name)) return name;
    problems.add('refused', at, `"${name}" cannot be a key`);
    return null;
  }

  /** `undefined`: it cannot be read, which was reported. */
  function scalarOf({ value, source = '' }: Scalar, at: Position): string | number | boolean | null | undefined {
    // PyYAML has `yes`, but not `y`.
    if (typeof value === 'boolean' && source.length === 1) return source;
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
    // A date, as PyYAML has it, is a text for every attribute that takes one.
    if (value instanceof Date) return source;
    // A float is what it is; an integer above 2^53 would be another one.
    const isExact = source.includes('.') || !Number.isInteger(value) || Number.isSafeInteger(value);
    if (typeof value === 'number' && Number.isFinite(value) && isExact) return value;
    const isLarge = typeof value === 'number' && Number.isFinite(value);
    problems.add(
      'refused',
      at,
      isLarge
        ? `the number ${shortened(source)} cannot be read exactly: write it as a text, in quotes`
        : `the value ${shortened(source)} is neither text, number, true, false nor empty`,
    );
    return undefined;
  }

  function placeOf(node: unknown): Position | null {
    const range = isNode(node) ? node.range : null;
    return range ? placeIn(range[0]) : null;
  }

  try {
    return document.contents === null ? null : read(document.contents, placeIn(0), 0);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    problems.add('refused', error.at, error.message);
    return null;
  }
}

function writtenAs({ value, source = '' }: Scalar): WrittenAs | null {
  if (value instanceof Date) return { type: 'date' };
  if (typeof value === 'boolean' && source.length > 1) return { type: 'boolean' };
  if (typeof value !== 'number') return null;
  return { type: 'number', text: isPythonFloat(source) ? floatText(value) : String(value) };
}

class Refusal extends Error {
  constructor(
    readonly at: Position,
    message: string,
  ) {
    super(message);
  }
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.source === '<<';
}

const yamlPrefix = 'tag:yaml.org,2002:';

/** Those of YAML 1.1 that PyYAML's safe loader knows. */
const yamlTags: ReadonlySet<string> = new Set(
  ['null', 'bool', 'int', 'float', 'binary', 'timestamp', 'omap', 'pairs', 'set', 'str', 'seq', 'map'].map(
    (name) => `${yamlPrefix}${name}`,
  ),
);

/** The tag that is written there; `null`: none, or one of YAML's own (`!!str`). */
function ownTag(node: unknown): string | null {
  const tag = isNode(node) && !isAlias(node) ? node.tag : undefined;
  if (tag === undefined || yamlTags.has(tag)) return null;
  return tag.startsWith(yamlPrefix) ? `!!${tag.slice(yamlPrefix.length)}` : tag;
}

function shortened(source: string): string {
  return source.length > 40 ? `${source.slice(0, 40)}…` : source;
}
