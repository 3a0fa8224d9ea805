import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.js';

/** A folder of an app's own views: texts by relative path. */
export function viewFolder(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  writeViews(folder, files);
  return folder;
}

export function writeViews(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
