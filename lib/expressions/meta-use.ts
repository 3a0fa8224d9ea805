import type { ReportUse } from '../python/check/environment.js';
import { walk } from '../python/check/walk.js';
import type { Expression, Program } from '../python/syntax/tree.js';
import { textOf } from './literal-text.js';

/**
 * Refuses whatever an expression does with `http_request.META`, other than to ask for the address by its name: a header
 * that reads as missing would decide in silence.
 */
export function checkMetaUse(program: Program, report: ReportUse): void {
  const followed = new Set<Expression>();
  const asked = (meta: Expression | undefined, key: Expression | undefined): void => {
    const name = textOf(key);
    if (meta === undefined || key === undefined || !isMeta(meta) || name === null) return;
    followed.add(meta);
    if (name !== 'REMOTE_ADDR')
      report('mistake', key.at, `http_request.META has no "${name}" here, only "REMOTE_ADDR"`);
  };
  walk(program, {
    expression(node) {
      if (node.type === 'subscript') asked(node.object, node.index);
      if (node.type === 'call') {
        const { callee, args } = node;
        if (callee.type === 'attribute' && callee.name === 'get' && args[0]?.name === null)
          asked(callee.object, args[0].value);
        if (callee.type === 'name' && callee.id === 'getattr' && textOf(args[1]?.value) === 'META') refuse(callee.at);
      }
      if (node.type === 'comparison') {
        const operands = [node.first, ...node.rest.map(({ operand }) => operand)];
        for (const [index, { operator, operand }] of node.rest.entries())
          if (/\bin$/.test(operator)) asked(operand, operands[index]);
      }
      if (isMeta(node) && !followed.has(node)) refuse(node.at);
    },
    statement: () => undefined,
  });

  function refuse(at: number): void {
    report('mistake', at, 'http_request.META can only be asked for "REMOTE_ADDR" here, by that name');
  }
}

function isMeta(node: Expression): boolean {
  return node.type === 'attribute' && node.name === 'META';
}
