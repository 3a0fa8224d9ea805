import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';

/** The version of this package; '' where its package.json cannot be read, as in the app's own bundle. */
export function packageVersion(): string {
  try {
    const read: unknown = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
    return typeof read === 'object' && read !== null && 'version' in read ? String(read.version) : '';
  } catch {
    return '';
  }
}
