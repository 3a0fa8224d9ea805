import { mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EnrollmentError } from '../../base/error.js';

/** A path, a `file:` URL, or either as `{ url }`. */
export type SqlitePlace = string | URL | { readonly url: string | URL };

/**
 * The absolute path that `place` names; a relative one is resolved against the working directory.
 * @throws ERR_ENROLLMENT_CONFIG for a server's URL and for `:memory:`
 */
export function pathOf(place: SqlitePlace): string {
  const named = String(typeof place === 'object' && 'url' in place ? place.url : place);
  if (named === '' || named.includes('\0') || /^(?:file:)?:memory:/.test(named))
    throw refused(named, 'there is no file in it; for users in memory take memoryUsers()');
  if (named.startsWith('file://')) return fileURLToPath(withoutQuery(named));
  // `file:users.db` is not a valid URL, but SQLite's documentation and many drivers write it.
  if (named.startsWith('file:')) return resolve(decodeURIComponent(withoutQuery(named).slice('file:'.length)));
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(named))
    throw refused(named.replace(/^(.*?:\/\/).*/s, '$1…'), 'only a file of this machine is opened');
  return resolve(named);
}

/**
 * Creates the folders and an empty file when they are missing, readable by the owner only: the file will contain
 * password hashes, and SQLite gives its side files the same permissions. What exists keeps its permissions.
 */
export async function makeFile(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await (await open(path, 'a', 0o600)).close();
}

/** The `file:` URL of a path with any characters. */
export function urlOf(path: string): string {
  return pathToFileURL(path).href;
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

function refused(named: string, why: string): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_CONFIG', `sqliteUsers: '${named}' cannot be opened: ${why}`);
}
