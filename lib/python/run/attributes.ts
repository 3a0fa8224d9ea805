import { isObject, typeName, typeOf } from '../values/type-of.js';
import type { PyClass } from '../values/class.js';
import type { Value } from '../values/value.js';
import type { Machine } from './machine.js';
import { raise } from './raise.js';

/** `object.name`, from the tables of types and records; `undefined`: it has none of this name. */
export function findAttribute(m: Machine, object: Value, name: string): Value | undefined {
  if (isObject(object)) {
    if (object.type === 'module') return object.members.get(name);
    if (object.type === 'record') return object.attributes.get(name);
    if (object.type === 'class') return ofClass(object, name);
    if (object.type === 'tuple' && object.names?.includes(name) === true)
      return object.items[object.names.indexOf(name)];
  }
  const type = typeOf(m, object);
  const method = type.methods.get(name);
  if (method !== undefined) return { type: 'method', name, self: object, of: method };
  const property = type.properties.get(name);
  if (property !== undefined) return property(m, object);
  return type.statics.get(name);
}

function ofClass(type: PyClass, name: string): Value | undefined {
  if (name === '__name__') return type.name;
  return type.statics.get(name) ?? type.methods.get(name);
}

/** @throws AttributeError of Python */
export function attributeOf(m: Machine, object: Value, name: string): Value {
  m.step();
  const found = findAttribute(m, object, name);
  if (found !== undefined) return found;
  if (isObject(object) && object.type === 'class')
    return raise(m, 'AttributeError', `type object '${object.name}' has no attribute '${name}'`);
  if (isObject(object) && object.type === 'module')
    return raise(m, 'AttributeError', `module '${object.name}' has no attribute '${name}'`);
  return raise(m, 'AttributeError', `'${typeName(m, object)}' object has no attribute '${name}'`);
}
