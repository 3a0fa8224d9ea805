import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { deepestCause } from '../../base/deepest-cause.js';
import { EnrollmentError } from '../../base/error.js';
import { classReplacer, type ClassNames } from './class-names.js';
import { ending, flowsRoom, nameOf, rooms } from './view-names.js';

/** A view as it was read. */
export interface ViewFile {
  /** Its path below the views folder without the ending, e.g. `flows/invite/pages/prompt`. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
  /** True for the kit's own. */
  readonly isKits: boolean;
}

/** All views of an enrollment at one moment. Of two files with one name, that of the earlier folder wins. */
export interface ViewSet {
  find(name: string): ViewFile | null;
  readonly files: readonly ViewFile[];
  /** The names of the kit's views, overridden or not. */
  readonly kits: ReadonlySet<string>;
}

export interface ViewFolders {
  /** The app's folders, the first one that contains a file wins. */
  readonly own: readonly string[];
  readonly kit: string;
}

const byteOrderMark = /^\uFEFF/;

/**
 * Returns the views. They are read once; with `changing` the app's folders are read again at each call. Both ways list
 * the same folders, so that a view that exists in development exists in production.
 */
export function readViews(
  { own, kit }: ViewFolders,
  { changing, classes = {} }: { readonly changing: boolean; readonly classes?: ClassNames | undefined },
): () => ViewSet {
  const dress = classReplacer(classes);
  const viewsOf = (folder: string, isKits: boolean): readonly ViewFile[] =>
    viewsIn(folder, isKits).map((view) => ({ ...view, text: dress(view.text) }));
  const ofKit = viewsOf(kit, true);
  const read = (): ViewSet => viewSet([...own.flatMap((folder) => viewsOf(folder, false)), ...ofKit]);
  if (changing) return read;
  const settled = read();
  return () => settled;
}

function viewSet(read: readonly ViewFile[]): ViewSet {
  const kits = new Set(read.flatMap(({ name, isKits }) => (isKits ? [name] : [])));
  const views = new Map<string, ViewFile>();
  for (const view of read) if (!views.has(view.name)) views.set(view.name, view);
  return { find: (name) => views.get(name) ?? null, files: [...views.values()], kits };
}

function viewsIn(folder: string, isKits: boolean): readonly ViewFile[] {
  return filesIn(folder)
    .filter((path) => path.endsWith(ending))
    .flatMap((path) => {
      const file = join(folder, path);
      const text = textOf(file);
      return text === null ? [] : [{ name: nameOf(path), file, text, isKits }];
    });
}

/** The paths of all files in the folders that the kit reads, with slashes. */
export function filesIn(folder: string): readonly string[] {
  return [...rooms, flowsRoom]
    .filter((room) => isFolder(join(folder, room)))
    .flatMap((room) => filesBelow(join(folder, room), `${room}/`, []))
    .sort();
}

/** The paths of all views beside the folders that the kit reads: the app's own templates, or misplaced ones. */
export function viewsBeside(folder: string): readonly string[] {
  const read: readonly string[] = [...rooms, flowsRoom];
  if (!isFolder(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !read.includes(name) && !isPassedOver(name))
    .flatMap((entry) => {
      if (!entry.isDirectory() && !entry.isSymbolicLink()) return [entry.name];
      try {
        return isFolder(join(folder, entry.name)) ? filesBelow(join(folder, entry.name), `${entry.name}/`, []) : [];
      } catch {
        // What cannot be followed there is no matter of the kit.
        return [];
      }
    })
    .filter((path) => path.endsWith(ending) && !path.split('/').some(isPassedOver))
    .sort();
}

function isPassedOver(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

/** Follows links to folders, except to one that it is in. */
function filesBelow(folder: string, prefix: string, outer: readonly string[]): readonly string[] {
  const real = reading(folder, () => realpathSync(folder));
  if (outer.includes(real)) return [];
  return reading(folder, () => readdirSync(folder, { withFileTypes: true })).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() || (entry.isSymbolicLink() && isFolder(path))
      ? filesBelow(path, `${prefix}${entry.name}/`, [...outer, real])
      : [`${prefix}${entry.name}`];
  });
}

/** @throws ERR_ENROLLMENT_VIEWS for a path that cannot be followed, such as a link to itself */
export function isFolder(path: string): boolean {
  return reading(path, () => statSync(path, { throwIfNoEntry: false }))?.isDirectory() === true;
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const code: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : undefined;
    const reason = code === 'ELOOP' ? 'this link leads back to itself' : deepestCause(cause);
    throw new EnrollmentError('ERR_ENROLLMENT_VIEWS', `Option "views": ${path}: ${reason}`, { cause });
  }
}

/** `null` for what is no file, or is gone since it was listed. */
function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').replace(byteOrderMark, '');
  } catch {
    return null;
  }
}
