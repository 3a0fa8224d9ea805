import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '#package-root';
import { EnrollmentError } from '../../base/error.js';
import { isFolder, type ViewFolders } from './view-files.js';

/** One folder or several; of two files with the same relative path, that of the earlier folder wins. */
export type ViewsOption = string | URL | readonly (string | URL)[];

/**
 * The folders that are searched for views.
 * @throws ERR_ENROLLMENT_VIEWS for a folder that does not exist
 */
export function viewFolders(views: ViewsOption | undefined): ViewFolders {
  const given = views === undefined ? [] : typeof views === 'string' || views instanceof URL ? [views] : views;
  return { own: given.map(appFolder), kit: join(packageRoot, 'views') };
}

function appFolder(views: string | URL): string {
  const folder = typeof views === 'string' && !views.startsWith('file:') ? views : pathOf(views);
  // A relative path would depend on the process's working directory.
  if (!isAbsolute(folder)) {
    throw wrong(`"${folder}" is a relative path. Give an absolute one, or new URL('./views', import.meta.url).`);
  }
  if (!isFolder(folder)) throw wrong(`there is no folder "${folder}".`);
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
