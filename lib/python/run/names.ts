import type { Value } from '../values/value.js';
import type { Frame } from './frame.js';
import type { Machine } from './machine.js';
import { raise } from './raise.js';

/** The value of a name: of this call, of the calls around it, of the host, of Python. */
export function lookUp(m: Machine, frame: Frame, name: string): Value {
  const found = frame.names.get(name);
  if (found !== undefined) return found;
  for (let at: Frame | null = frame; at !== null; at = at.outer) {
    const value = at.names.get(name);
    if (value !== undefined) return value;
    if (at.locals.has(name)) return unbound(m, at === frame, name);
  }
  const given = m.globals.get(name);
  const value = given === undefined ? m.builtins.get(name) : given;
  return value === undefined ? raise(m, 'NameError', `name '${name}' is not defined`) : value;
}

function unbound(m: Machine, isOwn: boolean, name: string): never {
  if (isOwn)
    return raise(
      m,
      'UnboundLocalError',
      `cannot access local variable '${name}' where it is not associated with a value`,
    );
  return raise(
    m,
    'NameError',
    `cannot access free variable '${name}' where it is not associated with a value in enclosing scope`,
  );
}

/** Binds a name in the call that it belongs to. */
export function bind(frame: Frame, name: string, value: Value): void {
  for (let at: Frame | null = frame; at !== null; at = at.outer)
    if (at.locals.has(name) || at.outer === null) {
      at.names.set(name, value);
      return;
    }
}

export function unbind(m: Machine, frame: Frame, name: string): void {
  for (let at: Frame | null = frame; at !== null; at = at.outer)
    if (at.locals.has(name) || at.outer === null) {
      if (!at.names.delete(name)) unbound(m, true, name);
      return;
    }
}
