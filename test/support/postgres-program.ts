import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram } from './find-program.js';

// Debian keeps the server's programs outside the PATH, in a folder for each major version.
const debianFolder = '/usr/lib/postgresql';

/** The full path of one of the server's own programs, `postgres` or `initdb`. */
export function postgresProgram(name: 'postgres' | 'initdb'): string {
  // The PATH may contain links, and initdb looks for postgres in its own folder.
  return join(dirname(realpathSync(serverProgram())), name);
}

function serverProgram(): string {
  if ((process.env['POSTGRES'] ?? '') === '' && existsSync(debianFolder)) {
    const versions = readdirSync(debianFolder).sort((one, other) => Number(other) - Number(one));
    const found = versions.map((version) => join(debianFolder, version, 'bin', 'postgres')).find(existsSync);
    if (found !== undefined) return found;
  }
  return findProgram('POSTGRES', 'postgres');
}

export interface PlainUser {
  /** Put before a command so that this user runs it; the process keeps its id and receives signals. */
  readonly prefix: readonly string[];
  /** Makes the user the owner of a folder. */
  own(folder: string): void;
}

/**
 * PostgreSQL refuses to run as root. When the tests run as root, the server runs as its own user or another unprivileged one.
 */
export function plainUser(): PlainUser {
  if (process.getuid?.() !== 0) return { prefix: [], own: () => undefined };
  const name = idOf('-u', 'postgres') === null ? 'nobody' : 'postgres';
  const [uid, gid] = [idOf('-u', name), idOf('-g', name)];
  if (uid === null || gid === null) throw new Error('PostgreSQL needs a user who is not root: postgres or nobody');
  return {
    prefix: [findProgram('SETPRIV', 'setpriv'), `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
    own: (folder) => chownSync(folder, uid, gid),
  };
}

function idOf(which: '-u' | '-g', name: string): number | null {
  try {
    return Number(execFileSync('id', [which, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return null;
  }
}
