import { deadEnd, unwise, type DrawnProblem } from './drawn-problem.js';
import type { OwnViews } from './field-problems.js';
import type { Tag } from './html-tags.js';
import { viewPath } from '../views/view-names.js';

/** Inputs that only a script of the kit fills in, by the attribute that it looks for. */
const filledByScript: Readonly<Record<string, string>> = { 'data-captcha': 'captcha', 'data-passkey': 'passkey' };

/**
 * Scripts that a page lacks. The layout loads them, so `scripts` is empty where only the content of a page is checked.
 * A page that loads some, and none that it cannot work without, is left as it is.
 */
export function missingScripts(
  tags: readonly Tag[],
  scripts: readonly string[],
  views: OwnViews,
): readonly DrawnProblem[] {
  const loaded = tags.flatMap(({ name, attributes }) => (name === 'script' ? (attributes.get('src') ?? []) : []));
  const missing = scripts.filter((path) => !loaded.some((src) => src.split(/[?#]/, 1)[0]?.endsWith(path)));
  const place = placeOfHead(views);
  for (const { attributes } of tags) {
    const script = Object.entries(filledByScript).find(([attribute]) => attributes.has(attribute))?.[1];
    const key = attributes.get('name') ?? null;
    if (script === undefined || !missing.some((path) => nameOf(path) === script)) continue;
    return [
      {
        ...deadEnd(`does not load the script "${script}", without which ${reason(script)}: ${remedy}`),
        field: key,
        place,
      },
    ];
  }
  if (missing.length === 0 || missing.length < scripts.length) return [];
  return [{ ...unwise(`loads none of its scripts: ${remedy}, or set scripts: false`), place }];
}

const remedy = 'print <script type="module" src="…"></script> for each of locals.scripts (model.scripts in render)';

function reason(script: string): string {
  return script === 'captcha' ? 'its check is never complete' : 'it has no button';
}

/** `/join/if/assets/passkey.0123456789ab.js` is `passkey`. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).split('.', 1)[0] ?? path;
}

/** The view that lacks them: the head, or else the layout. */
function placeOfHead({ all }: OwnViews): string | null {
  const found =
    all.findLast(({ name }) => viewPath(name)?.view === 'elements/head') ??
    all.findLast(({ name }) => name.includes('layouts/'));
  return found === undefined ? null : `${found.file}:1`;
}
