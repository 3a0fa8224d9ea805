import type { Schema } from './json-schema.js';

type Schemas = Readonly<Record<string, Schema>>;

/** What a text of this name must look like for a client to read it. */
const texts: ReadonlyMap<string, string> = new Map([
  ['config_url', 'otpauth://totp/Kopi%20Club:ann?secret=JBSWY3DPEHPK3PXP&issuer=Kopi%20Club'],
  ['path', 'M0 0h1v1H0z'],
  ['type', 'text'],
  ['icon_url', 'data:image/gif;base64,R0lGODlhAQABAAAAACw='],
]);
const records: ReadonlyMap<string, object> = new Map([
  [
    'captcha',
    {
      type: 'altcha',
      altcha: {
        parameters: { nonce: '00', salt: '00', cost: 1, keyLength: 32, keyPrefix: '' },
        signature: '00',
      },
    },
  ],
]);

/** A value that has all that the schema names. */
export function sampleOf(schema: Schema, schemas: Schemas, name = ''): unknown {
  if (schema.$ref !== undefined) {
    const referred = schemas[schema.$ref.replace('#/components/schemas/', '')];
    return referred === undefined ? null : sampleOf(referred, schemas, name);
  }
  if ('const' in schema) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const [option] = schema.anyOf ?? schema.oneOf ?? [];
  if (option !== undefined) return sampleOf(option, schemas, name);
  const [type] = [schema.type ?? 'object'].flat();
  if (type === 'string') return texts.get(name) ?? (name === '' ? 'some text' : `a ${name.replaceAll('_', ' ')}`);
  if (type === 'boolean') return name !== 'read_only';
  if (type === 'integer' || type === 'number') return 1;
  if (type === 'array') return [sampleOf(schema.items ?? {}, schemas, name)];
  if (schema.properties === undefined && typeof schema.additionalProperties !== 'object')
    return records.get(name) ?? { some: 'record' };
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([key, member]) => [key, sampleOf(member, schemas, key)]),
  );
}
