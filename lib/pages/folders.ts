import { statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '#package-root';
import { EnrollmentError } from '../base/error.js';

/** The folders that are searched for views; the first one that contains the file wins. */
export function viewFolders(views: string | URL | undefined): readonly string[] {
  const own = join(packageRoot, 'views');
  return views === undefined ? [own] : [appFolder(views), own];
}

function appFolder(views: string | URL): string {
  const folder = typeof views === 'string' && !views.startsWith('file:') ? views : pathOf(views);
  // A relative path would depend on the process's working directory.
  if (!isAbsolute(folder)) {
    throw wrong(`"${folder}" is a relative path. Give an absolute one, or new URL('./views', import.meta.url).`);
  }
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw wrong(`there is no folder "${folder}".`);
  return folder;
}

function pathOf(url: string | URL): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw wrong(`"${String(url)}" is not a file: URL of this machine.`, cause);
  }
}

function wrong(reason: string, cause?: unknown): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_VIEWS', `Option "views": ${reason}`, { cause });
}
