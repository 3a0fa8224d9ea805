import { readdirSync, readFileSync, realpathSync, statSync, type Dirent, type Stats } from 'node:fs';
import { join } from 'node:path';
import { fileLimits, sizeIssue } from './limits.js';

/** A file below a folder. */
interface FoundFile {
  /** Its path, from the folder on. */
  readonly name: string;
  /** `null`: it cannot be looked at, such as a link that leads nowhere. */
  readonly stats: Pick<Stats, 'size' | 'mtimeMs'> | null;
  /** True for a folder below, whose files cannot be listed. */
  readonly isClosed?: true;
}

/**
 * The files of a folder and below it, by their names. What begins with a dot belongs to editors and systems, and is left
 * out. Each folder is entered once, whatever links lead to it: they may lead in circles.
 * @throws the error of the file system, where the folder itself cannot be read
 */
export function filesBelow(folder: string): readonly FoundFile[] {
  const found: FoundFile[] = [];
  const entered = new Set<string>();
  const linked: string[] = [];

  function enter(path: string): void {
    const real = realpathSync(join(folder, path));
    if (entered.has(real)) return;
    entered.add(real);
    const entries = path === '' ? entriesOf(real) : attempt(() => entriesOf(real));
    if (entries === null) {
      found.push({ name: path, stats: null, isClosed: true });
      return;
    }
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      const name = join(path, entry.name);
      const stats = statsOf(join(real, entry.name));
      if (stats?.isDirectory() !== true) {
        // Reading a pipe would never end.
        if (stats === null || stats.isFile()) found.push({ name, stats });
      } else if (entry.isSymbolicLink()) linked.push(name);
      else enter(name);
    }
  }

  enter('');
  // A folder has its own name where it has one, and that of a link elsewhere.
  for (const path of linked) enter(path);
  return found.sort((one, other) => (one.name < other.name ? -1 : 1));
}

function entriesOf(folder: string): Dirent[] {
  return readdirSync(folder, { withFileTypes: true });
}

function statsOf(path: string): Stats | null {
  return attempt(() => statSync(path));
}

function attempt<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}

interface FolderFile {
  readonly file: string;
  readonly text: string;
  readonly isFound: true;
}

/** The flow files among them, read; `issues`: those that cannot be. `shownAs`: what their names begin with. */
export function flowFilesBelow(
  folder: string,
  shownAs: string,
): { readonly files: readonly FolderFile[]; readonly issues: readonly string[] } {
  const files: FolderFile[] = [];
  const issues: string[] = [];
  for (const { name, stats, isClosed = false } of filesBelow(folder)) {
    if (isClosed) issues.push(`${join(shownAs, name)}: the folder cannot be read`);
    if (isClosed || !/\.(?:ya?ml|json)$/.test(name)) continue;
    const file = join(shownAs, name);
    const issue = stats !== null && stats.size > fileLimits.bytes ? sizeIssue(stats.size) : null;
    const text = issue === null ? textOf(join(folder, name)) : null;
    if (text === null) issues.push(`${file}:1:1: ${issue ?? 'the file cannot be read'}`);
    else files.push({ file, text, isFound: true });
  }
  return { files, issues };
}

function textOf(path: string): string | null {
  return attempt(() => readFileSync(path, 'utf8'));
}
