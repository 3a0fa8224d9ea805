/** JSON Schema, as far as the kit's document uses it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly discriminator?: { readonly propertyName: string; readonly mapping: Readonly<Record<string, string>> };
  readonly description?: string;
}

const known = new Set([
  '$ref',
  'type',
  'const',
  'enum',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'anyOf',
  'oneOf',
  'discriminator',
  'description',
]);

/** What is wrong with a value, each with its path; a keyword that this check does not know is a fault, too. */
export function schemaFaults(
  schema: Schema,
  value: unknown,
  schemas: Readonly<Record<string, Schema>>,
  at = '$',
): readonly string[] {
  const unknownWords = Object.keys(schema).filter((word) => !known.has(word));
  if (unknownWords.length > 0) return [`${at}: the schema has ${unknownWords.join(', ')}`];
  if (schema.$ref !== undefined) {
    const referred = schemas[schema.$ref.replace('#/components/schemas/', '')];
    return referred === undefined ? [`${at}: ${schema.$ref} is missing`] : schemaFaults(referred, value, schemas, at);
  }
  if (schema.discriminator !== undefined) {
    const { propertyName, mapping } = schema.discriminator;
    const named = isRecord(value) ? value[propertyName] : undefined;
    const $ref = typeof named === 'string' ? mapping[named] : undefined;
    return $ref === undefined
      ? [`${at}.${propertyName}: ${JSON.stringify(named)} is not documented`]
      : schemaFaults({ $ref }, value, schemas, at);
  }
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) {
    const faults = options.map((option) => schemaFaults(option, value, schemas, at));
    return faults.some((one) => one.length === 0) ? [] : faults.flat();
  }
  if ('const' in schema && value !== schema.const) return [`${at}: is not ${JSON.stringify(schema.const)}`];
  if (schema.enum?.includes(value) === false) return [`${at}: ${JSON.stringify(value)} is none of the values`];
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => isOfType(type, value)))
    return [`${at}: ${JSON.stringify(value)} is no ${types.join(' or ')}`];
  return [...recordFaults(schema, value, schemas, at), ...listFaults(schema, value, schemas, at)];
}

function recordFaults(
  { properties = {}, required = [], additionalProperties = true }: Schema,
  value: unknown,
  schemas: Readonly<Record<string, Schema>>,
  at: string,
): readonly string[] {
  if (!isRecord(value)) return [];
  return [
    ...required.filter((key) => !Object.hasOwn(value, key)).map((key) => `${at}.${key}: is missing`),
    ...Object.entries(value).flatMap(([key, member]) => {
      const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
      if (own !== undefined) return schemaFaults(own, member, schemas, `${at}.${key}`);
      if (additionalProperties === false) return [`${at}.${key}: is not documented`];
      return additionalProperties === true ? [] : schemaFaults(additionalProperties, member, schemas, `${at}.${key}`);
    }),
  ];
}

function listFaults(
  { items }: Schema,
  value: unknown,
  schemas: Readonly<Record<string, Schema>>,
  at: string,
): readonly string[] {
  if (items === undefined || !Array.isArray(value)) return [];
  return value.flatMap((member: unknown, index) => schemaFaults(items, member, schemas, `${at}[${String(index)}]`));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOfType(type: string, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isRecord(value);
  if (type === 'integer') return Number.isSafeInteger(value);
  return typeof value === type;
}
