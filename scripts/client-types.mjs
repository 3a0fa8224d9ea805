import { readFileSync, writeFileSync } from 'node:fs';
import prettier from 'prettier';

// Writes lib/client/challenges.ts, the types of the JSON client, from the schemas of the OpenAPI document: compile first.
// With --check it fails where they are not current.
const file = 'lib/client/challenges.ts';
const { openApiDocument } = await import('../.build/lib/http/executor-api/open-api/document.js');
const { schemas } = openApiDocument({ flows: new Map(), site: { origin: '', mount: '' } }).components;

const roots = ['Challenge', 'ChallengeResponse'];
const named = new Set(roots);
for (const name of named) for (const used of refsIn(schemas[name])) named.add(used);

const head = `// Made from the schemas of the OpenAPI document by scripts/client-types.mjs: change them, not this file.
// oxlint-disable max-lines`;
const declared = Object.keys(schemas)
  .filter((name) => named.has(name))
  .map((name) => declarationOf(name, schemas[name]));
const code = await prettier.format([head, ...declared].join('\n\n'), {
  ...(await prettier.resolveConfig(file)),
  filepath: file,
});

if (!process.argv.includes('--check')) writeFileSync(file, code);
else if (code !== readFileSync(file, 'utf8')) {
  console.error(`${file} is not current: compile, then run npm run client:types`);
  process.exitCode = 1;
}

function declarationOf(name, schema) {
  const comment = name === 'Challenge' ? 'Every challenge of the kit.' : 'What answers them.';
  if (roots.includes(name)) return `/** ${comment} */\nexport type ${name} = ${typeOf(schema)};`;
  return `${commentOf(schema)}export interface ${name} ${recordOf(schema, name.endsWith('Response'))}`;
}

function recordOf({ properties = {}, required = [], additionalProperties }, isAnswer = false) {
  // A client may say that it has no value.
  const absent = isAnswer ? ' | undefined' : '';
  const members = Object.entries(properties).map(([key, schema]) =>
    required.includes(key)
      ? `${commentOf(schema)}readonly ${key}: ${typeOf(schema)};`
      : `${commentOf(schema)}readonly ${key}?: ${typeOf(schema)}${absent};`,
  );
  const open = additionalProperties === true ? ['readonly [key: string]: unknown;'] : [];
  return `{\n${[...members, ...open].join('\n')}\n}`;
}

function typeOf(schema) {
  if (schema.$ref !== undefined) return schema.$ref.replace(/^.*\//, '');
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return options.map(typeOf).join(' | ');
  if ('const' in schema) return literal(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ');
  return [schema.type]
    .flat()
    .map((type) => typeNamed(type, schema))
    .join(' | ');
}

function typeNamed(type, schema) {
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'string' || type === 'boolean' || type === 'null') return type;
  if (type === 'array') return `readonly (${typeOf(schema.items)})[]`;
  if (type !== 'object') throw new Error(`the type ${String(type)} of ${JSON.stringify(schema)} has no counterpart`);
  if (schema.properties !== undefined) return recordOf(schema);
  const inner = typeof schema.additionalProperties === 'object' ? typeOf(schema.additionalProperties) : 'unknown';
  return `Readonly<Record<string, ${inner}>>`;
}

function refsIn(value) {
  if (typeof value !== 'object' || value === null) return [];
  const own = typeof value.$ref === 'string' ? [value.$ref.replace(/^.*\//, '')] : [];
  return [...own, ...Object.values(value).flatMap(refsIn)];
}

function commentOf({ description }) {
  return description === undefined ? '' : `/** ${description} */\n`;
}

function literal(value) {
  return `'${value}'`;
}
