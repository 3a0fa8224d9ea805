import { didYouMean } from '../../base/did-you-mean.js';
import type { Source } from '../syntax/source.js';
import type { Import } from '../syntax/tree.js';
import type { KnownTables, PythonEnvironment } from './environment.js';

/** Reports modules and members that there are none of. */
export function checkImport(
  source: Source,
  node: Import,
  { modules, refusedModules }: KnownTables,
  { modules: given }: PythonEnvironment,
): void {
  const { module, at } = node;
  const refused = refusedModules.get(module) ?? refusedModules.get(module.split('.')[0] ?? '');
  const members = given.get(module) ?? modules.get(module)?.members;
  const isPackage = [...modules.keys(), ...given.keys()].some((name) => name.startsWith(`${module}.`));
  if (members === undefined && !isPackage) {
    const names = [...modules.keys(), ...given.keys()];
    source.report(
      at,
      refused === undefined
        ? `there is no module '${module}'${didYouMean(module, names)}`
        : `the module '${module}' is not available: ${refused}`,
    );
    return;
  }
  for (const { name, at: where } of node.names) {
    if (name === null || members?.has(name) === true) continue;
    const path = `${module}.${name}`;
    if (modules.has(path) || given.has(path)) continue;
    const why = refusedModules.get(path);
    source.report(
      where,
      why === undefined
        ? `the module '${module}' has no '${name}' here${didYouMean(name, [...(members?.keys() ?? [])])}`
        : `'${name}' of '${module}' is not available: ${why}`,
    );
  }
}
