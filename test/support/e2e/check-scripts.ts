import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { temporaryFolder } from '../temporary-folder.js';

/** What the compiler says of a folder of browser scripts whose `./client.js` is `express-enrollment/client`. */
export function scriptErrors(folder: string): readonly string[] {
  const own = temporaryFolder();
  writeFileSync(join(own, 'client.ts'), `export * from '${join(packageRoot, 'lib/client.js')}';\n`);
  writeFileSync(
    join(own, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        ...{ noEmit: true, allowJs: true, checkJs: true, strict: true, noUncheckedIndexedAccess: true, types: [] },
        ...{ target: 'es2022', lib: ['es2023', 'dom', 'dom.iterable'], module: 'esnext', moduleResolution: 'bundler' },
        rootDirs: [folder, own],
      },
      files: readdirSync(folder)
        .filter((name) => name.endsWith('.js'))
        .map((name) => join(folder, name)),
    }),
  );
  const compiler = join(packageRoot, 'node_modules/typescript-7/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', own, '--pretty', 'false'], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '');
}
