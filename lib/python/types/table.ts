import type { PyClass } from '../values/class.js';
import { dictClass, viewClass } from './dicts.js';
import { exceptionClasses } from './exceptions.js';
import { boolClass, floatClass, intClass } from './numbers.js';
import {
  builtinClass,
  ellipsisClass,
  functionClass,
  iteratorClass,
  methodClass,
  moduleClass,
  noneClass,
  objectClass,
  rangeClass,
  recordClass,
  sliceClass,
  typeClass,
} from './others.js';
import { listClass, tupleClass } from './sequences.js';
import { frozensetClass, setClass } from './sets.js';
import { strClass } from './text.js';

/** Python's own types, by the key of their values (see `typeKey`). Types of modules are added to them. */
export const classTable: ReadonlyMap<string, PyClass> = new Map<string, PyClass>([
  ...exceptionClasses,
  ['NoneType', noneClass],
  ['bool', boolClass],
  ['int', intClass],
  ['float', floatClass],
  ['str', strClass],
  ['list', listClass],
  ['tuple', tupleClass],
  ['dict', dictClass],
  ['dict_keys', viewClass('keys')],
  ['dict_values', viewClass('values')],
  ['dict_items', viewClass('items')],
  ['set', setClass],
  ['frozenset', frozensetClass],
  ['range', rangeClass],
  ['slice', sliceClass],
  ['iterator', iteratorClass],
  ['function', functionClass],
  ['builtin', builtinClass],
  ['method', methodClass],
  ['module', moduleClass],
  ['class', typeClass],
  ['record', recordClass],
  ['ellipsis', ellipsisClass],
  ['object', objectClass],
]);
