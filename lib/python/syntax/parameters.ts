import { betweenCommas, childrenOf, textOf, type Node, type Source } from './source.js';
import type { Expression, Parameter } from './tree.js';

/** The parameters of a function. Annotations are ignored. */
export function readParameters(
  source: Source,
  list: Node | undefined,
  read: (node: Node) => Expression,
): readonly Parameter[] {
  if (list === undefined) return [];
  const inner = childrenOf(list).filter(({ name }) => name !== '(' && name !== ')');
  const parameters: Parameter[] = [];
  let kind: Parameter['kind'] = 'any';
  for (const part of betweenCommas(inner)) {
    const [first, second] = part;
    // Lezer's tree has no node for `/`.
    if (first === undefined) {
      beforeSlash(parameters);
      continue;
    }
    const star = first.name === '*' || first.name === '**' ? first.name : null;
    const name = star === null ? first : second;
    if (star === '*' && kind === 'keyword') source.report(first.from, '* may appear only once');
    if (star === '*') kind = 'keyword';
    if (name === undefined || name.name !== 'VariableName') {
      if (star !== '*') source.report(first.from, 'invalid syntax');
      continue;
    }
    const given = part.findIndex((one) => one.name === 'AssignOp');
    const value = given < 0 ? undefined : part[given + 1];
    parameters.push({
      at: name.from,
      name: textOf(source, name),
      kind: star === '*' ? 'rest' : star === '**' ? 'keywords' : kind,
      byDefault: value === undefined ? null : read(value),
    });
  }
  if (endsWithSlash(source, list)) beforeSlash(parameters);
  check(source, parameters);
  return parameters;
}

function beforeSlash(parameters: Parameter[]): void {
  for (const [index, one] of parameters.entries()) parameters[index] = { ...one, kind: 'positional' };
}

function endsWithSlash(source: Source, list: Node): boolean {
  const comma = childrenOf(list).findLast(({ name }) => name === ',');
  return comma !== undefined && /^,\s*\/\s*,?\s*\)?$/.test(source.text.slice(comma.from, list.to));
}

function check(source: Source, parameters: readonly Parameter[]): void {
  const names = new Set<string>();
  let isDefault = false;
  for (const { at, name, kind, byDefault } of parameters) {
    if (names.has(name)) source.report(at, `duplicate parameter '${name}'`);
    names.add(name);
    if (kind !== 'any' && kind !== 'positional') continue;
    if (isDefault && byDefault === null) source.report(at, 'a parameter without a default follows one with a default');
    isDefault ||= byDefault !== null;
  }
}
