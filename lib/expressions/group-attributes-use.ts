import type { ReportUse } from '../python/check/environment.js';
import { walk } from '../python/check/walk.js';
import type { Expression, Program } from '../python/syntax/tree.js';
import { textOf } from './literal-text.js';
import type { PythonLookups } from './lookups.js';
import { modelConstants, modelsModule } from './models.js';

const why = 'it needs the function groupAttributes in lookups, which may answer {}';

/**
 * Refuses `group_attributes` where the app does not say what groups have: what reads as missing would decide in silence.
 * Where only one of authentik's own settings is asked for, with what holds else, as its own flow for the profile does, that
 * is what holds, and a notice says so.
 */
export function checkGroupAttributesUse(program: Program, { groupAttributes }: PythonLookups, report: ReportUse): void {
  if (groupAttributes !== undefined) return;
  const settings = settingsIn(program);
  const noted = new Set<Expression>();
  walk(program, {
    expression(node) {
      const asked = askedSetting(node, settings);
      if (asked !== null) {
        noted.add(asked);
        report('notice', asked.at, `what groups say of this setting of authentik is not known here: ${why}`);
      }
      if (node.type === 'attribute' && node.name === name && !noted.has(node)) refuse(node.at);
      if (node.type === 'call' && node.callee.type === 'name' && node.callee.id === 'getattr')
        if (textOf(node.args[1]?.value) === name) refuse(node.at);
    },
    statement: () => undefined,
  });

  function refuse(at: number): void {
    report('mistake', at, `'${name}' is not available: ${why}`);
  }
}

const name = 'group_attributes';

/** The names that authentik's settings of users have in the program. */
function settingsIn(program: Program): ReadonlySet<string> {
  const names = new Set<string>();
  walk(program, {
    expression: () => undefined,
    statement(node) {
      if (node.type !== 'import' || node.module !== modelsModule) return;
      for (const one of node.names) if (one.name !== null && modelConstants.has(one.name)) names.add(one.as);
    },
  });
  return names;
}

/** The `group_attributes` of `group_attributes(…).get(SETTING, otherwise)`; `null`: it is not that. */
function askedSetting(node: Expression, settings: ReadonlySet<string>): Expression | null {
  if (node.type !== 'call' || node.callee.type !== 'attribute' || node.callee.name !== 'get') return null;
  const [key, otherwise] = node.args;
  const { object } = node.callee;
  if (object.type !== 'call' || object.callee.type !== 'attribute' || object.callee.name !== name) return null;
  const isSetting = key?.name === null && key.value.type === 'name' && settings.has(key.value.id);
  return isSetting && otherwise?.name === null ? object.callee : null;
}
