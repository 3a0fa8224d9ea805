import type { ASTNode } from '@marcbachmann/cel-js';

/** Called with each list before its rounds begin. */
export const roundsFunction = 'enrollment_rounds';
/** Called with each value that `map()` makes. */
export const valueFunction = 'enrollment_value';
/** Called instead of `==`, and with `!` instead of `!=`. */
export const equalFunction = 'enrollment_equal';
/** Called instead of `in`. */
export const memberFunction = 'enrollment_member';

export const ownFunctions = [roundsFunction, valueFunction, equalFunction, memberFunction] as const;

const macros = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);

/** The node and all nodes below it. */
export function nodesOf(node: ASTNode): readonly ASTNode[] {
  return [node, ...partsOf(node).flatMap(nodesOf)];
}

function partsOf({ args }: ASTNode): readonly ASTNode[] {
  const parts: readonly unknown[] = Array.isArray(args) ? args.flat(2) : [args];
  return parts.filter(isNode);
}

/** True for trees that mean the same, wherever their nodes stand in the text. */
export function isSameTree(one: unknown, other: unknown): boolean {
  if (isNode(one) && isNode(other)) return one.op === other.op && isSameTree(one.args, other.args);
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((member, index) => isSameTree(member, other[index]));
  if (one instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(one, other) === 0;
  return Object.is(one, other) || (isUnsigned(one) && isUnsigned(other) && one.value === other.value);
}

/** A literal such as `5u`. */
function isUnsigned(value: unknown): value is { readonly value: bigint } {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'value') === 'bigint';
}

/** The same tree, with calls that count rounds, measure what they make, and compare values of one type only. */
export function withChecks(node: ASTNode): ASTNode {
  const { args } = node;
  const counted: unknown = Array.isArray(args) ? args.map(checkedPart) : checkedPart(args);
  if (Array.isArray(counted)) {
    if (node.op === '==') return called(equalFunction, ...(counted as ASTNode[]));
    if (node.op === '!=') return made('!_', called(equalFunction, ...(counted as ASTNode[])));
    if (node.op === 'in') return called(memberFunction, ...(counted as ASTNode[]));
  }
  if (node.op !== 'rcall' || !macros.has(node.args[0]) || !Array.isArray(counted)) return made(node.op, counted);
  const [name, list, [variable, ...bodies]] = counted as [string, ASTNode, ASTNode[]];
  const last = bodies.length - 1;
  const measured = bodies.map((body, index) => (name === 'map' && index === last ? called(valueFunction, body) : body));
  return made('rcall', [name, called(roundsFunction, list), [variable, ...measured]]);
}

function checkedPart(part: unknown): unknown {
  if (isNode(part)) return withChecks(part);
  return Array.isArray(part) ? part.map(checkedPart) : part;
}

function called(name: string, ...given: readonly ASTNode[]): ASTNode {
  return made('call', [name, given]);
}

/** `serialize` reads these two properties of a node and no other. */
function made(op: string, args: unknown): ASTNode {
  return { op, args } as ASTNode;
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
