import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { compileTemplate, type Template } from './template.js';

export interface ViewFile {
  readonly file: string;
  readonly text: string;
  readonly template: Template;
}

/** Views by name: the path below a views folder, with slashes and without the file extension. */
export interface ViewFiles {
  find(name: string): ViewFile | null;
}

// An app's folder may contain other templates as well: only these sub-folders are read.
const rooms = ['pages', 'layouts', 'elements', 'flows'];
const ending = '.ejs';
const byteOrderMark = /^\uFEFF/;

/** Reads and compiles every view once. A view that does not parse fails the start, not a request. */
export function settledFiles(folders: readonly string[]): ViewFiles {
  const views = new Map<string, ViewFile>();
  for (const folder of folders) {
    for (const name of namesIn(folder)) {
      if (!views.has(name)) views.set(name, readView(join(folder, name + ending)));
    }
  }
  return { find: (name) => views.get(name) ?? null };
}

function namesIn(folder: string): readonly string[] {
  return rooms
    .filter((room) => isFolder(join(folder, room)))
    .flatMap((room) =>
      readdirSync(join(folder, room), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith(ending))
        .map((file) => `${room}/${file.slice(0, -ending.length).split(sep).join('/')}`),
    );
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function readView(file: string): ViewFile {
  const text = readFileSync(file, 'utf8').replace(byteOrderMark, '');
  return { file, text, template: compileTemplate(text, file, false) };
}

/** For template development: reads each file at each use and compiles it when its text has changed. */
export function changingFiles(folders: readonly string[]): ViewFiles {
  const seen = new Map<string, ViewFile>();
  return {
    find(name) {
      for (const folder of folders) {
        const file = join(folder, name + ending);
        const text = textOf(file);
        if (text === null) continue;
        const known = seen.get(file);
        if (known?.text === text) return known;
        const view = { file, text, template: compileTemplate(text, file, true) };
        seen.set(file, view);
        return view;
      }
      return null;
    },
  };
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').replace(byteOrderMark, '');
  } catch {
    return null;
  }
}
