import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packageRoot } from '#package-root';

const compiler = join(packageRoot, 'node_modules/typescript-7/bin/tsc');

/**
 * The errors that TypeScript reports in the files under the project's own strict options, one line each.
 * @param files absolute paths
 * @param paths locations of modules that are not installed
 */
export function typeErrors(
  files: readonly string[],
  paths: Readonly<Record<string, readonly string[]>> = {},
): string[] {
  const folder = mkdtempSync(join(packageRoot, '.build', 'type-check-'));
  try {
    const project = join(folder, 'tsconfig.json');
    writeFileSync(project, JSON.stringify(projectOf(files, paths)));
    const { stdout, stderr, error } = spawnSync(process.execPath, [compiler, '-p', project, '--pretty', 'false'], {
      cwd: packageRoot,
      encoding: 'utf8',
      maxBuffer: 2 ** 25,
    });
    if (error !== undefined) throw error;
    const lines = `${stdout}${stderr}`.split('\n').filter((line) => /\S/.test(line) && !line.startsWith(' '));
    // What the files import is checked by the build.
    return lines.flatMap((line) => {
      const [, file, at = '', text = ''] = /^(.+)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
      if (file === undefined) return [line];
      const path = resolve(packageRoot, file);
      return files.includes(path) ? [`${path}:${at} ${text}`] : [];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function projectOf(files: readonly string[], paths: Readonly<Record<string, readonly string[]>>): object {
  const own: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
    [
      'index',
      'client',
      'flows',
      'mail',
      'policies',
      'ports',
      'prompts',
      'python',
      'sources',
      'sql',
      'stages',
      'testing/index',
      'tickets',
    ].map((name) => [
      name === 'index' ? 'express-enrollment' : `express-enrollment/${name.replace('/index', '')}`,
      [join(packageRoot, 'lib', `${name}.ts`)],
    ]),
  );
  return {
    extends: join(packageRoot, 'tsconfig.json'),
    compilerOptions: { noEmit: true, rootDir: '/', sourceMap: false, paths: { ...own, ...paths } },
    files,
    include: [],
  };
}
