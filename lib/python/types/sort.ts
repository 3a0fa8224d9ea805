import { call } from '../run/call.js';
import type { Machine, Run } from '../run/machine.js';
import { isOrdered } from '../values/protocols.js';
import type { Value } from '../values/value.js';

/** The members in order; those that are equal stay as they are. Each key is asked once. */
export function* sorted(m: Machine, items: readonly Value[], key: Value, isReverse: boolean): Run<Value[]> {
  m.allocateMembers(items.length);
  const keyed: { item: Value; key: Value }[] = [];
  for (const item of items) keyed.push({ item, key: key === null ? item : yield* call(m, key, item) });
  const direction = isReverse ? -1 : 1;
  keyed.sort((one, other) => {
    if (isOrdered(m, '<', one.key, other.key)) return -direction;
    return isOrdered(m, '<', other.key, one.key) ? direction : 0;
  });
  return keyed.map(({ item }) => item);
}
