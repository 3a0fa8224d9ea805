import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { packageRoot } from '#package-root';
import type { Mutant } from './redemption-mutants.js';

const compiled = fileURLToPath(new URL('../../../lib/', import.meta.url));
const mutants = fileURLToPath(new URL('../../../mutants/', import.meta.url));
const rooms = ['base', 'ports', 'invitations', 'stores', 'testing'];
const scripts = 'stores/redis/scripts';

/** Loads a file of a mutated copy of the compiled library. */
export type Load = <Module>(file: string) => Promise<Module>;

/**
 * Copies the compiled library, removes the mutant's rule from it and returns the function that loads it. The copy is a
 * package of its own, so that it reads its own scripts for Redis.
 */
export function createMutant(name: string, mutant: Mutant): Load {
  const folder = join(mutants, name);
  const lib = join(folder, 'lib');
  // Without its source map, coverage does not mistake the copy for the library itself.
  const filter = (file: string): boolean => !file.endsWith('.map');
  for (const room of rooms) cpSync(join(compiled, room), join(lib, room), { recursive: true, filter });
  cpSync(join(packageRoot, 'lib', scripts), join(lib, scripts), { recursive: true });
  for (const file of ['package.json', 'package-root.js']) cpSync(join(packageRoot, file), join(folder, file));
  writeFileSync(join(lib, mutant.file), mutate(sourceOf(mutant), mutant));
  return async <Module>(path: string) => {
    // The copy has the types of the original file; the compiler cannot know that.
    const loaded: Module = await import(pathToFileURL(join(lib, path)).href);
    return loaded;
  };
}

/** @throws where the list of mutants is out of date */
export function expectItsText(mutant: Mutant): void {
  mutate(sourceOf(mutant), mutant);
}

export function removeMutants(): void {
  rmSync(mutants, { recursive: true, force: true });
}

function sourceOf({ file }: Mutant): string {
  return readFileSync(file.endsWith('.lua') ? join(packageRoot, 'lib', file) : join(compiled, file), 'utf8');
}

/** @throws where the rule's text does not stand there exactly once: then the list of mutants is out of date */
export function mutate(text: string, { from, to, file }: Mutant): string {
  const pieces = from
    .trim()
    .split(/\s+/)
    .map((piece) => piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  const pattern = new RegExp(pieces.join('\\s+'), 'g');
  const found = text.match(pattern)?.length ?? 0;
  if (found !== 1) throw new Error(`this text stands ${found} times in ${file}, not once: ${from}`);
  return text.replace(pattern, () => to);
}
