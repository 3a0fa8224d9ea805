import type { Description, ObjectSchema, ValidationErrorItem } from 'joi';
import { didYouMean } from './did-you-mean.js';
import { prototypeKeys } from './prototype-keys.js';

/** How many names are listed where no known name is near. */
const mostListed = 15;

/** All mistakes of `given`, each a sentence that begins with the path in quotes. No sentence contains a value of it. */
export function schemaIssues(schema: ObjectSchema, given: unknown): readonly string[] {
  const { error } = schema.validate(given, { abortEarly: false, convert: false });
  return [...prototypeIssues(given), ...(error?.details ?? []).map((detail) => sentenceOf(detail, schema))];
}

/** Keys that no schema sees. */
export function prototypeIssues(given: unknown): readonly string[] {
  return prototypeKeys(given).map((path) => `"${path}" is not allowed: no key may have this name`);
}

/** The same for a caller that has already validated. */
export function sentenceOf(detail: ValidationErrorItem, schema: ObjectSchema): string {
  const { type, path, message, context = {} } = detail;
  const value: unknown = context.value;
  switch (type) {
    case 'object.unknown': {
      const name = String(path.at(-1));
      const known = keysAt([schema.describe()], path.slice(0, -1));
      const near = didYouMean(name, known);
      if (near !== '') return message + near;
      return known.length > 0 && known.length <= mostListed ? `${message}; there are ${known.join(', ')}` : message;
    }
    case 'any.only': {
      const valids: readonly unknown[] = Array.isArray(context['valids']) ? context['valids'] : [];
      return typeof value === 'string' ? message + didYouMean(value, valids.filter(isText)) : message;
    }
    // Joi's own sentences quote the value; those of a schema do not.
    case 'string.pattern.name':
      return isJois(message)
        ? `"${context.label ?? ''}" fails to match the ${String(context['name'])} pattern`
        : message;
    case 'string.pattern.base':
      return isJois(message)
        ? `"${context.label ?? ''}" fails to match the required pattern: ${String(context['regex'])}`
        : message;
    case 'array.sparse':
      return `"${context.label ?? ''}" is undefined: look for an import or a variable that is not there`;
    case 'object.base':
      return typeof value === 'function' && context['type'] !== 'function'
        ? `${message}, not a function: call it`
        : message;
    default:
      return message;
  }
}

function isJois(message: string): boolean {
  return message.includes(' with value ');
}

/** The names that an object may have at a path, in any of the schema's branches. */
function keysAt(schemas: readonly Description[], path: readonly (string | number)[]): readonly string[] {
  const all = schemas.flatMap(branchesOf);
  const [step, ...rest] = path;
  if (step === undefined) return [...new Set(all.flatMap((one) => Object.keys(recordOf(one['keys']))))];
  const next = all.flatMap((one) =>
    typeof step === 'number' ? listOf(one['items']) : [recordOf(one['keys'])[step]].filter(isDescription),
  );
  return keysAt(next, rest);
}

function branchesOf(schema: Description): readonly Description[] {
  const inner = listOf(schema['matches']).flatMap((match) =>
    [match['schema'], match['then'], match['otherwise']].filter(isDescription),
  );
  return [schema, ...inner.flatMap(branchesOf)];
}

function listOf(value: unknown): readonly Description[] {
  return Array.isArray(value) ? value.filter(isDescription) : [];
}

function recordOf(value: unknown): Readonly<Record<string, Description>> {
  return isDescription(value) ? value : {};
}

function isDescription(value: unknown): value is Description {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
