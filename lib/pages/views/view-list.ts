import { join } from 'node:path';
import { readViews, filesIn, type ViewFolders } from './view-files.js';
import { ending, nameOf, viewPath } from './view-names.js';

/** One view, and the file that is used for it. */
export interface ViewEntry {
  /** e.g. `pages/prompt`. */
  readonly view: string;
  /** The flow that it is for; `null`: all of them. */
  readonly flow: string | null;
  readonly stage: string | null;
  /** A language tag in lower case; `null`: all languages. */
  readonly language: string | null;
  readonly file: string;
  /** True for a file of the kit. */
  readonly isKits: boolean;
  /** Files of the same relative path that are not used. */
  readonly hides: readonly string[];
}

/** Every view at every place where it exists; the kit's come last. */
export function listViews(folders: ViewFolders): readonly ViewEntry[] {
  const { own, kit } = folders;
  const { files } = readViews(folders, { changing: false })();
  const all = [...own, kit].flatMap((folder) =>
    filesIn(folder)
      .filter((path) => path.endsWith(ending))
      .map((path) => ({ name: nameOf(path), file: join(folder, path) })),
  );
  return files.flatMap(({ name, file, isKits }) => {
    const path = viewPath(name);
    if (path === null) return [];
    const hides = all.filter((one) => one.name === name && one.file !== file).map((one) => one.file);
    return [{ ...path, file, isKits, hides }];
  });
}
