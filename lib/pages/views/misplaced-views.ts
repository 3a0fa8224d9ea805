import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { didYouMean } from '../../base/did-you-mean.js';
import type { Flow } from '../../flow/flow.js';
import { includesIn } from './scriptlets.js';
import { viewsBeside } from './view-files.js';
import { ending, flowsRoom, isRoom, nameOf, rooms, viewPath } from './view-names.js';

interface Known {
  /** The names of all views that can be used, e.g. `pages/prompt`. */
  readonly views: ReadonlySet<string>;
  readonly flows: readonly Flow[];
}

/**
 * Views beside the folders that are read, and where they were meant to be. The app may keep its own templates there: a
 * file is reported only if its folder or name is that of a view, or nearly so, or if it includes the kit's; and never if
 * another template of the app includes it.
 */
export function misplacedViews(folder: string, known: Known): readonly string[] {
  const files = viewsBeside(folder).map((path) => ({ path, includes: includesOf(join(folder, path)) }));
  const ofApp = ownTemplates(files);
  const reported = files
    .filter(({ path }) => !ofApp.files.has(path) && !ofApp.folders.has(dirname(path)))
    .flatMap(({ path, includes }) => {
      const name = nameOf(path);
      const near = misnamedFolder(name, known);
      if (near !== null) return [`${join(folder, near.path)}: this folder is not read${near.meant}`];
      const meant = meantPath(name, known);
      if (meant !== null) return [`${join(folder, path)}: is never used; did you mean "${meant}${ending}"?`];
      return includes.some((one) => known.views.has(one.slice(1)) && isRoom(one.split('/')[1] ?? ''))
        ? [`${join(folder, path)}: is never used, although it includes views of the kit: ${placeText}`]
        : [];
    });
  return [...new Set(reported)];
}

const placeText = `views are in ${[...rooms, flowsRoom].join(', ')}`;

function includesOf(file: string): readonly string[] {
  try {
    return includesIn(readFileSync(file, 'utf8')).flatMap(({ name }) => name ?? []);
  } catch {
    // Gone since it was listed, or not readable: no view either way.
    return [];
  }
}

interface OwnTemplates {
  readonly files: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
}

/** The files that templates of the app include, as EJS finds them, and their folders. */
function ownTemplates(files: readonly { readonly path: string; readonly includes: readonly string[] }[]): OwnTemplates {
  const all = new Set(files.map(({ path }) => path));
  const included = files.flatMap(({ path, includes }) =>
    includes
      .flatMap((name) => [join(dirname(path), name), join(name)])
      .map((name) => name.replace(/^\//, ''))
      .flatMap((name) => [name, `${name}${ending}`])
      .filter((name) => all.has(name) && name !== path),
  );
  return { files: new Set(included), folders: new Set(included.map(dirname).filter((name) => name !== '.')) };
}

/** A folder whose name is near to that of one that is read, with views in it that exist there. */
function misnamedFolder(
  name: string,
  { views, flows }: Known,
): { readonly path: string; readonly meant: string } | null {
  const parts = name.split('/');
  const read: readonly string[] = [...rooms, flowsRoom];
  for (const [index, part] of parts.slice(0, -1).entries()) {
    if (read.includes(part)) return null;
    const meant = didYouMean(part, read);
    const [, room = ''] = /"(.*)"/.exec(meant) ?? [];
    const rest = parts.slice(index + 1).join('/');
    const isView =
      room === flowsRoom
        ? flows.some(({ slug }) => slug === parts[index + 1])
        : views.has(`${room}/${withoutLanguage(rest)}`) || (room === 'elements' && rest.startsWith('field-'));
    if (meant !== '' && isView) return { path: parts.slice(0, index + 1).join('/'), meant };
  }
  return null;
}

/** Where a view was meant to be; `null`: nothing says that it is one. */
function meantPath(name: string, { views, flows }: Known): string | null {
  const parts = name.split('/');
  const before = (count: number): string => flowFolder(parts.slice(0, count), flows);
  for (const index of parts.keys()) {
    const rest = parts.slice(index).join('/');
    const path = index === 0 ? null : viewPath(rest);
    if (path !== null && (path.flow !== null || views.has(path.view))) return before(index) + rest;
  }
  const file = basename(name);
  const same = [...views].find((view) => view.slice(view.indexOf('/') + 1) === withoutLanguage(file));
  const isAlone = parts.length === 1 || before(parts.length - 1) !== '';
  return same === undefined || !isAlone ? null : `${before(parts.length - 1)}${same.split('/')[0] ?? ''}/${file}`;
}

/** `flows/invite/` or `flows/invite/account/` for the names of a flow and a stage; empty for other folders. */
function flowFolder(parts: readonly string[], flows: readonly Flow[]): string {
  const at = parts.findIndex((part) => flows.some(({ slug }) => slug === part));
  const flow = flows.find(({ slug }) => slug === parts[at]);
  if (flow === undefined) return '';
  const stage = flow.bindings.find((binding) => binding.stage.name === parts[at + 1])?.stage.name;
  return `${flowsRoom}/${flow.slug}/${stage === undefined ? '' : `${stage}/`}`;
}

function withoutLanguage(name: string): string {
  return name.replace(/(?<=[^./])\.[^./]*$/, '');
}
