import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readLuaHeader } from './lua-header.mjs';

const folder = 'lib/stores/redis/scripts';
const target = 'lib/stores/redis/scripts.generated.ts';

const opening = `// Made from ${folder}/*.lua by \`npm run lua\`. Do not edit: change the .lua file and run it again.

/** What is known of a script: \`keys\` and \`argv\` name what it takes, in order. */
export interface LuaScript {
  readonly name: string;
  readonly numberOfKeys: number;
  readonly keys: readonly string[];
  readonly argv: readonly string[];
  readonly sha1: string;
  readonly lua: string;
}
`;

try {
  const wanted = generate();
  const present = existsSync(target) ? readFileSync(target, 'utf8') : '';
  if (wanted !== present) write(wanted);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function write(text) {
  if (process.argv.includes('--check')) throw new Error(`${target} is out of date: run "npm run lua" and commit it`);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}

function generate() {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.lua')) : [];
  const entries = files.sort().map((file) => entry(join(folder, file)));
  const record = entries.length > 0 ? `{\n${entries.join('')}}` : '{}';
  return `${opening}
export const scripts = ${record} as const;

export type ScriptName = keyof typeof scripts;
`;
}

function entry(file) {
  const lua = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  const name = basename(file, '.lua');
  const { purpose, keys, argv } = readLuaHeader(file, lua);
  // `as string` keeps the whole text out of the declaration files.
  return `  /** ${purpose} */
  ${name.replace(/-(.)/g, (_, letter) => letter.toUpperCase())}: {
    name: '${name}',
    numberOfKeys: ${keys.length},
    keys: ${list(keys)},
    argv: ${list(argv)},
    sha1: '${createHash('sha1').update(lua).digest('hex')}',
    lua: \`${lua.replace(/[\\`]|\$\{/g, '\\$&')}\` as string,
  },
`;
}

function list(names) {
  return `[${names.map((name) => `'${name}'`).join(', ')}]`;
}
