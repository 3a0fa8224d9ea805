import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Mutant } from './redemption-mutants.js';

const compiled = fileURLToPath(new URL('../../lib/', import.meta.url));
const nursery = fileURLToPath(new URL('../../mutants/', import.meta.url));
const rooms = ['base', 'ports', 'invitations', 'stores', 'testing'];

/** Loads a file of a mutated copy of the compiled library. */
export type Load = <Module>(file: string) => Promise<Module>;

/** Copies the compiled library, takes the mutant's rule out of it and hands out what loads it. */
export function bearMutant(name: string, mutant: Mutant): Load {
  const folder = join(nursery, name);
  for (const room of rooms)
    cpSync(join(compiled, room), join(folder, room), { recursive: true, filter: (file) => !file.endsWith('.map') });
  const file = join(folder, mutant.file);
  // Without its map the copy is not taken for the library itself when coverage is counted.
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, withTrueHashes(mutate(text, mutant)));
  return async <Module>(path: string) => {
    // The copy has the types of the file it was made of; the compiler cannot see that.
    const loaded: Module = await import(pathToFileURL(join(folder, path)).href);
    return loaded;
  };
}

/** @throws where the list of mutants is out of date */
export function expectItsText(mutant: Mutant): void {
  mutate(readFileSync(join(compiled, mutant.file), 'utf8'), mutant);
}

export function buryMutants(): void {
  rmSync(nursery, { recursive: true, force: true });
}

/** @throws where the rule's text does not stand there exactly once: then the list of mutants is out of date */
export function mutate(text: string, { from, to, file, script }: Mutant): string {
  const start = script === undefined ? 0 : text.indexOf(`  ${script}: `);
  const end = script === undefined ? text.length : text.indexOf('\n`', start);
  if (start < 0 || end < 0) throw new Error(`there is no script ${script} in ${file}`);
  const part = text.slice(start, end);
  const pieces = from
    .trim()
    .split(/\s+/)
    .map((piece) => piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  const pattern = new RegExp(pieces.join('\\s+'), 'g');
  const found = part.match(pattern)?.length ?? 0;
  if (found !== 1) throw new Error(`this text stands ${found} times in ${script ?? file}, not once: ${from}`);
  return text.slice(0, start) + part.replace(pattern, () => to) + text.slice(end);
}

// Redis knows a script by the hash of its text.
function withTrueHashes(text: string): string {
  return text.replace(/sha1: '[0-9a-f]{40}',\s*lua: `((?:[^`\\]|\\.)*)`/g, (whole, lua: string) => {
    const plain = lua.replace(/\\([\\`$])/g, '$1');
    return whole.replace(/[0-9a-f]{40}/, createHash('sha1').update(plain).digest('hex'));
  });
}
