import type { Import } from '../syntax/tree.js';
import type { Frame } from './frame.js';
import type { Machine } from './machine.js';
import { bind } from './names.js';
import { raise } from './raise.js';

/** Binds modules or their members. The check of the tree has found them already. */
export function executeImport(m: Machine, frame: Frame, node: Import): void {
  for (const { name, as } of node.names) {
    // `import a.b` binds `a`.
    const path = name === null && node.module.startsWith(`${as}.`) ? as : node.module;
    const found = m.modules.get(path);
    if (found === undefined) return raise(m, 'ModuleNotFoundError', `No module named '${path}'`);
    if (name === null) bind(frame, as, found);
    else {
      const member = found.members.get(name) ?? m.modules.get(`${path}.${name}`);
      if (member === undefined) return raise(m, 'ImportError', `cannot import name '${name}' from '${path}'`);
      bind(frame, as, member);
    }
  }
}
