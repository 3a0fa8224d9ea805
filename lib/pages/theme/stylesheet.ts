import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packageRoot } from '#package-root';
import { brandStyles, type BrandLook } from './brand-theme.js';
import { hasRareBlock, withoutRareRules } from './rare-rules.js';

export interface Stylesheet {
  /** With a hash of the content: can be cached forever. */
  readonly path: string;
  readonly body: string;
}

interface Stylesheets {
  /** Every rule. */
  readonly complete: Stylesheet;
  /** The texts by path. */
  readonly bodies: ReadonlyMap<string, string>;
  /** The page with the address of the smaller stylesheet, if it needs no more. */
  fitted(html: string): string;
}

/** The theme, with what follows from the brand; whole, and without the rules of what few pages have. */
export function readStylesheets(assetsPath: string, look: BrandLook): Stylesheets {
  const styles = compact(readFileSync(join(packageRoot, 'assets/enrollment.css'), 'utf8') + brandStyles(look));
  const complete = stylesheet(assetsPath, styles);
  const common = stylesheet(assetsPath, withoutRareRules(styles));
  // The path of the folder may be escaped in a page; the name of the file has nothing to escape.
  const [completeName, commonName] = [basename(complete.path), basename(common.path)];
  return Object.freeze({
    complete,
    bodies: new Map([complete, common].map(({ path, body }) => [path, body])),
    fitted: (html: string) => (hasRareBlock(html) ? html : html.replaceAll(completeName, commonName)),
  });
}

function stylesheet(assetsPath: string, body: string): Stylesheet {
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
