import type { Machine } from '../run/machine.js';
import { reprOf } from './protocols.js';
import type { Value } from './value.js';

/** `repr` of members, between commas. The limit of a text holds while they are shown. */
export function shownMembers(m: Machine, members: Iterable<Value>): string {
  return joinShown(m, members, (member) => reprOf(m, member));
}

export function joinShown<T>(m: Machine, members: Iterable<T>, show: (member: T) => string): string {
  const parts: string[] = [];
  let length = 0;
  for (const member of members) {
    const part = show(member);
    m.growText(length, part.length + 2);
    length += part.length + 2;
    parts.push(part);
  }
  return parts.join(', ');
}
