import { betweenCommas, textOf, type Node, type Source } from './source.js';
import type { Statement } from './tree.js';

/** `import a.b as c` and `from a.b import c as d`. */
export function readImport(source: Source, at: number, children: readonly Node[]): readonly Statement[] {
  const text = (nodes: readonly Node[]): string => nodes.map((node) => textOf(source, node)).join('');
  const named = (nodes: readonly Node[]): { name: string; as: string | null; at: number } => {
    const index = nodes.findIndex(({ name }) => name === 'as');
    const end = index < 0 ? nodes.length : index;
    return {
      name: text(nodes.slice(0, end)),
      as: index < 0 ? null : text(nodes.slice(index + 1)),
      at: nodes[0]?.from ?? at,
    };
  };
  const inner = children.filter(({ name }) => name !== '(' && name !== ')');
  if (inner[0]?.name === 'import')
    return betweenCommas(inner.slice(1)).map((part) => {
      const { name: module, as, at: where } = named(part);
      // `import a.b` binds `a`.
      if (as === null && module.includes('.'))
        return {
          type: 'import',
          at: where,
          module: module,
          names: [{ name: null, as: module.split('.')[0] ?? '', at: where }],
        };
      return { type: 'import', at: where, module, names: [{ name: null, as: as ?? module, at: where }] };
    });
  const index = inner.findIndex(({ name }) => name === 'import');
  const module = text(inner.slice(1, index));
  const names = betweenCommas(inner.slice(index + 1)).map((part) => {
    const { name, as, at: where } = named(part);
    if (name === '*') source.report(where, "'import *' is not supported: name what is imported");
    return { name, as: as ?? name, at: where };
  });
  return [{ type: 'import', at, module, names }];
}
