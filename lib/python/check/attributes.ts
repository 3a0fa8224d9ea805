import { didYouMean } from '../../base/did-you-mean.js';
import type { Source } from '../syntax/source.js';
import type { Attribute } from '../syntax/tree.js';
import { isObject } from '../values/type-of.js';
import type { PyClass } from '../values/class.js';
import type { PyModule } from '../values/value.js';
import type { Known } from './static-values.js';

/** Reports an attribute that the value cannot have, or that no value has. */
export function checkAttribute(
  source: Source,
  { name, at }: Attribute,
  object: Known,
  known: ReadonlySet<string>,
): void {
  if (object === null) {
    if (!known.has(name)) source.report(at, `no value has an attribute '${name}' here${didYouMean(name, [...known])}`);
    return;
  }
  const { owner, names } = described(object);
  if (names.includes(name) || (known.has(name) && isGuarded(source.text, name))) return;
  source.report(at, `${owner} has no attribute '${name}' here${didYouMean(name, names)}`);
}

/** True where the text asks whether there is such an attribute, or takes it that there is none. */
function isGuarded(text: string, name: string): boolean {
  const isAsked = /\bhasattr\s*\(/.test(text) && (text.includes(`'${name}'`) || text.includes(`"${name}"`));
  return isAsked || /\bexcept\b[^:\n]*\bAttributeError\b/.test(text);
}

function described(object: NonNullable<Known>): { readonly owner: string; readonly names: readonly string[] } {
  if ('host' in object) {
    const { host } = object;
    return host.is === 'record'
      ? { owner: host.name, names: Object.keys(host.attributes) }
      : { owner: 'a function', names: ['__name__'] };
  }
  if ('type' in object) return { owner: `'${object.type.name}'`, names: attributesOf(object.type) };
  const { itself } = object;
  return { owner: `the ${itself.type === 'class' ? 'type' : 'module'} '${itself.name}'`, names: namesOfItself(itself) };
}

function namesOfItself(object: PyModule | PyClass): readonly string[] {
  if (object.type === 'module') return [...object.members.keys()];
  return ['__name__', ...object.statics.keys(), ...object.methods.keys()];
}

function attributesOf({ methods, properties, statics }: PyClass): readonly string[] {
  return [...methods.keys(), ...properties.keys(), ...statics.keys()];
}

/** The names of all attributes that some of these values have. */
export function attributeNames(classes: Iterable<PyClass>, modules: Iterable<PyModule>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const one of classes) for (const name of namesOfClass(one)) names.add(name);
  for (const module of modules)
    for (const [name, member] of module.members) {
      names.add(name);
      if (isObject(member) && member.type === 'class') for (const inner of namesOfClass(member)) names.add(inner);
    }
  return names;
}

function namesOfClass(one: PyClass): readonly string[] {
  return [...namesOfItself(one), ...attributesOf(one)];
}
