import { cpSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../support/temporary-folder.js';
import { packedPackage, projectRoot, unpackTo } from '../support/package/packed.js';

/** Where the dependencies of consumers really are: the project's own `node_modules`. */
export const installed = realpathSync(join(projectRoot, 'node_modules'));

export interface ConsumerSettings {
  /** Installed packages by the name that the consumer imports. */
  readonly packages: Readonly<Record<string, string>>;
}

/** An app outside the project that has installed the packed package. */
export interface Consumer {
  readonly folder: string;
  /** The package as installed for this consumer. */
  readonly kit: string;
}

/**
 * A folder as `npm install` of the tarball leaves it: the package is unpacked, and each dependency of its manifest and
 * each of `packages` is a link to an installed one. The programs of `consumer/` are beside them.
 */
export function openConsumer({ packages }: ConsumerSettings): Consumer {
  const folder = realpathSync(temporaryFolder());
  const modules = join(folder, 'node_modules');
  const { name, dependencies } = packedPackage().manifest;
  unpackTo(join(modules, name));
  const own = Object.keys(dependencies).map((dependency) => [dependency, dependency] as const);
  for (const [as, actual] of new Map([...own, ...Object.entries(packages)])) {
    const link = join(modules, as);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(installed, actual), link, 'junction');
  }
  cpSync(join(projectRoot, 'test/package/consumer'), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "consumer", "private": true }\n');
  return { folder, kit: join(modules, name) };
}
