import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { brandStyles, type BrandLook } from './brand-theme.js';

export interface Stylesheet {
  /** With a hash of the content: can be cached forever. */
  readonly path: string;
  readonly body: string;
}

/** The theme, with what follows from the brand. */
export function readStylesheet(assetsPath: string, look: BrandLook): Stylesheet {
  const body = compact(readFileSync(join(packageRoot, 'assets/enrollment.css'), 'utf8') + brandStyles(look));
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12);
  return Object.freeze({ path: `${assetsPath.replace(/\/+$/, '')}/enrollment.${hash}.css`, body });
}

/** Without comments and the blanks of the notation, which a visitor's browser does not need. */
function compact(styles: string): string {
  return styles
    .replace(/\/\*[^]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replaceAll(';}', '}')
    .trim();
}
