import { deleteItem, setItem } from '../operators/subscript.js';
import { list } from '../values/create.js';
import { membersOf } from '../values/protocols.js';
import type { Value } from '../values/value.js';
import type { Expression } from '../syntax/tree.js';
import type { Frame } from './frame.js';
import type { Machine, Run } from './machine.js';
import { bind, unbind } from './names.js';
import { raise } from './raise.js';

/** `target = value` */
export function* assign(m: Machine, frame: Frame, target: Expression, value: Value): Run<undefined> {
  if (target.type === 'name') bind(frame, target.id, value);
  else if (target.type === 'subscript') {
    const object = yield* m.evaluate(frame, target.object);
    setItem(m, object, yield* m.evaluate(frame, target.index), value);
  } else if (target.type === 'tuple' || target.type === 'list') yield* unpack(m, frame, target.elements, value);
  else throw new Error('the check of the tree lets no other target through');
}

function* unpack(m: Machine, frame: Frame, targets: readonly Expression[], value: Value): Run<undefined> {
  const members = yield* membersOf(m, value);
  const star = targets.findIndex(({ type }) => type === 'starred');
  const wanted = star < 0 ? targets.length : targets.length - 1;
  if (members.length < wanted)
    raise(
      m,
      'ValueError',
      `not enough values to unpack (expected ${star < 0 ? '' : 'at least '}${wanted}, got ${members.length})`,
    );
  if (star < 0 && members.length > wanted)
    raise(m, 'ValueError', `too many values to unpack (expected ${wanted}, got ${members.length})`);
  const extra = members.length - wanted;
  for (const [index, target] of targets.entries()) {
    if (target.type === 'starred') yield* assign(m, frame, target.value, list(members.slice(star, star + extra)));
    else yield* assign(m, frame, target, members[star >= 0 && index > star ? index + extra - 1 : index] ?? null);
  }
}

/** `del target` */
export function* remove(m: Machine, frame: Frame, target: Expression): Run<undefined> {
  if (target.type === 'name') unbind(m, frame, target.id);
  else if (target.type === 'subscript') {
    const object = yield* m.evaluate(frame, target.object);
    deleteItem(m, object, yield* m.evaluate(frame, target.index));
  } else if (target.type === 'tuple' || target.type === 'list')
    for (const one of target.elements) yield* remove(m, frame, one);
  else throw new Error('the check of the tree lets no other target through');
}
