import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isJsonObject } from '../base/json.js';

/**
 * The module system of the package that contains `folder`, by the nearest package.json; ES modules when there is none.
 */
export function moduleSystemOf(folder: string): 'esm' | 'commonjs' {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const found: unknown = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
      return isJsonObject(found) && found['type'] === 'module' ? 'esm' : 'commonjs';
    } catch {
      if (dirname(at) === at) return 'esm';
    }
  }
}
