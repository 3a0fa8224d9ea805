import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { temporaryFolder } from './temporary-folder.js';
import { typeErrors } from './type-check.js';

/** The mistakes of the examples of some pages, by the compiler; and how many examples there are. */
export function checkExamples(pages: readonly string[]): {
  readonly count: number;
  readonly errors: readonly string[];
} {
  const folder = temporaryFolder();
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const files = pages.flatMap((page) => {
    const text = readFileSync(join(packageRoot, page), 'utf8');
    return [...text.matchAll(/^```ts\n\/\/ (\S+)\n([^]*?)```/gm)].map(([, name = '', code = '']) => {
      const file = join(folder, name);
      writeFileSync(file, code);
      return file;
    });
  });
  return { count: files.length, errors: typeErrors(files) };
}
