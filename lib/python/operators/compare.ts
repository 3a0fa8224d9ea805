import type { Machine, Run } from '../run/machine.js';
import { contains, isEqual, isOrdered } from '../values/protocols.js';
import type { Value } from '../values/value.js';

/** One comparison. */
export function* compare(m: Machine, operator: string, left: Value, right: Value): Run<boolean> {
  switch (operator) {
    case '==':
      return isEqual(m, left, right);
    case '!=':
      return !isEqual(m, left, right);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return isOrdered(m, operator, left, right);
    case 'in':
      return yield* contains(m, right, left);
    case 'not in':
      return !(yield* contains(m, right, left));
    case 'is':
      return isSame(left, right);
    default:
      return !isSame(left, right);
  }
}

/** `is`: numbers and texts are the same where they are equal and of one type. */
function isSame(one: Value, other: Value): boolean {
  return one === other || (typeof one === 'number' && Object.is(one, other));
}
