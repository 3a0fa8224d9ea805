import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { temporaryFolder } from './temporary-folder.js';
import { typeErrors } from './type-check.js';

/** The examples of a page that are files: their first line names them. */
export function examplesOf(page: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(packageRoot, page), 'utf8');
  return new Map(
    [...text.matchAll(/^```ts\n\/\/ (\S+)\n([^]*?)```/gm)].map(([, name = '', code = '']) => [name, code]),
  );
}

/** The pages of the documentation, as `docs/mail.md`. */
export function docPages(): readonly string[] {
  return ['docs', 'docs/stages'].flatMap((folder) =>
    readdirSync(join(packageRoot, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  );
}

/** What the compiler says of the examples of all pages, in one run: starting it takes longer than the check. */
export function exampleErrors(pages: readonly string[]): readonly string[] {
  const folder = temporaryFolder();
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const files = pages.flatMap((page) => {
    const own = join(folder, page);
    mkdirSync(own, { recursive: true });
    return [...examplesOf(page)].map(([name, code]) => {
      const file = join(own, name);
      writeFileSync(file, code);
      return file;
    });
  });
  return typeErrors(files);
}
