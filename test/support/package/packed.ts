import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../temporary-folder.js';

/** The project folder, relative to the compiled tests. */
export const projectRoot = fileURLToPath(new URL('../../../..', import.meta.url));

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
}

export interface Packed {
  /** The file that `npm publish` would send. */
  readonly tarball: string;
  readonly manifest: Manifest;
  /** Its paths, relative to the package. */
  readonly files: readonly string[];
}

let packed: Packed | undefined;

/** Packs the output of `npm run build`, once for all tests of a run. */
export function packedPackage(): Packed {
  packed ??= pack();
  return packed;
}

function pack(): Packed {
  for (const built of ['dist/esm/index.js', 'dist/cjs/index.js']) refuseOldBuild(join(projectRoot, built));
  const folder = temporaryFolder();
  const emitted = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: projectRoot,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [first] = JSON.parse(emitted) as { filename: string; files: { path: string }[] }[];
  if (first === undefined) throw new Error(`npm pack made nothing: ${emitted}`);
  return {
    tarball: join(folder, first.filename),
    manifest: JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as Manifest,
    files: first.files.map(({ path }) => path),
  };
}

/** The output of an earlier build would be tested instead of the sources. */
function refuseOldBuild(built: string): void {
  const time = statSync(built, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const lib = join(projectRoot, 'lib');
  const sources = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const younger = sources.find((name) => statSync(join(lib, name)).mtimeMs > time);
  if (younger !== undefined) throw new Error(`${built} is older than lib/${younger}: run "npm run build"`);
}

/** Unpacks the package into `folder`. */
export function unpackTo(folder: string): void {
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['-xzf', packedPackage().tarball, '-C', folder, '--strip-components=1']);
}
