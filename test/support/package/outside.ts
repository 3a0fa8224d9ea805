import assert from 'node:assert/strict';
import { sep } from 'node:path';
import { installed, type Consumer } from '../../package/consumer.js';

/**
 * Asserts that every file belongs to the consumer or an installed dependency, and at least one to the packed package's
 * `part` (`dist/esm` or `dist/cjs`): no file is from the project's working tree.
 */
export function assertOutsideTheProject(consumer: Consumer, files: readonly string[], part: string): void {
  assert.deepEqual(
    files.filter((file) => !inside(consumer.folder, file) && !inside(installed, file)),
    [],
  );
  assert.ok(
    files.some((file) => inside(`${consumer.kit}${sep}${part}`, file)),
    `nothing of ${part} was used`,
  );
}

/** Those of `files` that belong to the installed package `name`. */
export function filesOf(name: string, files: readonly string[]): readonly string[] {
  return files.filter((file) => inside(`${installed}${sep}${name}`, file));
}

function inside(folder: string, file: string): boolean {
  return file.startsWith(folder + sep);
}
