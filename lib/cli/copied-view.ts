import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '#package-root';
import { packageVersion } from '../composition/version.js';
import { usage } from './terminal.js';

/** Holds each copied view as it was, so that `views diff` can show what the kit changed since. */
const originals = '.originals';
const mark = /^<%# Copied from express-enrollment (\S+): (\S+) -%>\r?\n/;

function kitsFile(view: string): string {
  return join(packageRoot, 'views', `${view}.ejs`);
}

/** Copies a view of the kit to `target` in a folder. @returns the path of the copy */
export function copyView(folder: string, view: string, target: string, force: boolean): string {
  const file = join(folder, `${target}.ejs`);
  if (existsSync(file) && !force) throw usage(`${file} exists already; --force writes over it`);
  const text = readFileSync(kitsFile(view), 'utf8');
  write(file, `<%# Copied from express-enrollment ${packageVersion()}: ${view} -%>\n${text}`);
  write(originalOf(folder, target), text);
  return file;
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function originalOf(folder: string, target: string): string {
  return join(folder, originals, `${target}.ejs`);
}

/** A view of the app beside the kit's. */
interface CopiedView {
  /** The version that it was copied from; `null` if the file does not say. */
  readonly version: string | null;
  /** Its text, without the mark. */
  readonly text: string;
  /** The kit's text when it was copied; `null` if it was not kept. */
  readonly original: string | null;
  /** The kit's text now. */
  readonly current: string;
}

export function readCopy(folder: string, file: string, view: string): CopiedView {
  const text = readFileSync(file, 'utf8');
  const target = file
    .slice(folder.length)
    .replace(/^[/\\]+/, '')
    .replace(/\.ejs$/, '');
  const original = originalOf(folder, target);
  return {
    version: mark.exec(text)?.[1] ?? null,
    text: text.replace(mark, ''),
    original: existsSync(original) ? readFileSync(original, 'utf8') : null,
    current: readFileSync(kitsFile(view), 'utf8'),
  };
}
