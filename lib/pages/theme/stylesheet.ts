import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packageRoot } from '#package-root';
import { withBrand, type BrandLook } from './brand-theme.js';
import { groupRules } from './rare-rules.js';

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
  /** What most pages need, by their layout. */
  usual(split: boolean): Stylesheet;
  /** What a page with a rare block needs beside it. */
  readonly rare: Stylesheet;
  /** The page with links to what it needs, in place of the link to the whole. */
  fitted(html: string, needs: { readonly split: boolean; readonly rare: boolean }): string;
}

/**
 * The theme, with what follows from the brand. The kit's pages link the rules that most pages need, and a second file
 * where they need more: what a visitor's browser has is not loaded again.
 */
export function readStylesheets(assetsPath: string, look: BrandLook): Stylesheets {
  const styles = withBrand(compact(readFileSync(join(packageRoot, 'assets/enrollment.css'), 'utf8')), look);
  const groups = groupRules(styles);
  const named = (body: string): Stylesheet => stylesheet(assetsPath, body);
  const [complete, common, split, rare] = [
    named(styles),
    named(groups.common),
    named(groups.split),
    named(groups.rare),
  ];
  // The path of the folder may be escaped in a page; the name of the file has nothing to escape.
  const wholeLink = new RegExp(`<link rel="stylesheet" href="([^"]*)${basename(complete.path)}">`);
  const linkTo = ({ path }: Stylesheet): string => `<link rel="stylesheet" href="$1${basename(path)}">`;
  const links = { common: linkTo(common), split: linkTo(split), rare: linkTo(rare) };
  return Object.freeze<Stylesheets>({
    complete,
    bodies: new Map([complete, common, split, rare].map(({ path, body }) => [path, body])),
    usual: (isSplit) => (isSplit ? split : common),
    rare,
    fitted: (html, needs) => {
      const usual = needs.split ? links.split : links.common;
      return html.replace(wholeLink, needs.rare ? `${usual}\n${links.rare}` : usual);
    },
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
    .replace(/(?<=[\s:(,-])0(?=\.\d)/g, '')
    .trim();
}
