/**
 * `==` of an expression, as the type check of CEL has it: values of different types are an error, not unequal. Answers
 * have the type that a request gives them, so that `prompt_data.role != "admin"` would pass for `["admin"]`. All numbers
 * are of one type here, and `null` may be compared with everything.
 * @throws where one value is of another type than the other
 */
export function isEqual(one: unknown, other: unknown): boolean {
  if (one === null || other === null) return one === other;
  const type = typeOf(one);
  if (type !== typeOf(other)) throw new Error(`a ${type} is compared with a ${typeOf(other)}`);
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((member, index) => isEqual(member, other[index]));
  if (isMap(one) && isMap(other)) return isEqualMap(one, other);
  const [mine, others] = [scalarsOf(one), scalarsOf(other)];
  return mine.every((value, index) => isSameScalar(value, others[index]));
}

/** `in`. @throws where the value is not found, and a member is of another type */
export function isIn(value: unknown, collection: unknown): boolean {
  if (Array.isArray(collection)) return isMember(value, collection);
  if (!isMap(collection)) throw new Error(`in: a ${typeOf(collection)} has no members`);
  const type = typeOf(value);
  if (type !== 'string' && type !== 'number' && type !== 'boolean') throw new Error(`in: a ${type} is no key`);
  return Object.hasOwn(collection, String(value));
}

function isMember(value: unknown, list: readonly unknown[]): boolean {
  let isMixed = false;
  const isFound = list.some((member) => {
    try {
      return isEqual(value, member);
    } catch {
      isMixed = true;
      return false;
    }
  });
  if (!isFound && isMixed)
    throw new Error(`in: a ${typeOf(value)} is compared with a list that has members of another type`);
  return isFound;
}

function isMap(value: unknown): value is object {
  return typeOf(value) === 'map';
}

function isEqualMap(one: object, other: object): boolean {
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length || !keys.every((key) => Object.hasOwn(other, key))) return false;
  return keys.every((key) => isEqual(Reflect.get(one, key), Reflect.get(other, key)));
}

function typeOf(value: unknown): string {
  if (typeof value === 'bigint' || typeof value === 'number') return 'number';
  if (typeof value !== 'object' || value === null) return typeof value;
  if (Array.isArray(value)) return 'list';
  const { constructor }: { readonly constructor?: unknown } = value;
  if (constructor === undefined || constructor === Object) return 'map';
  const name = typeof constructor === 'function' ? constructor.name : 'object';
  return name === 'UnsignedInt' ? 'number' : name;
}

/** What tells one scalar of its type from another. */
function scalarsOf(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [value];
  if (value instanceof Uint8Array) return [value.length, ...value];
  // A duration of the library.
  if ('seconds' in value && 'nanos' in value) return [value.seconds, value.nanos];
  return [value.valueOf()];
}

function isSameScalar(one: unknown, other: unknown): boolean {
  // A whole number is a bigint, any other a number.
  // eslint-disable-next-line eqeqeq
  if (typeOf(one) === 'number' && typeOf(other) === 'number') return one == other;
  return one === other;
}
