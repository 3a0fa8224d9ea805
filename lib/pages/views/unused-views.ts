import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { didYouMean } from '../../base/did-you-mean.js';
import { fallbackTags } from '../../base/language-tag.js';
import type { Flow } from '../../flow/flow.js';
import { includesIn } from './scriptlets.js';
import { filesIn, isFolder, type ViewFolders, type ViewSet } from './view-files.js';
import { ending, flowsRoom, nameOf, rooms, viewPath, type ViewPath } from './view-names.js';

interface Used {
  readonly flows: readonly Flow[];
  /** The tags of the languages that pages are shown in. */
  readonly languages: readonly string[];
  /** The layout of the brand; null: the kit's. */
  readonly layout?: string | null;
}

/** The app's files that no page can ever use, each with the reason and the name that was meant. */
export function unusedViews(set: ViewSet, { own }: ViewFolders, used: Used): readonly string[] {
  const kits = [...set.kits];
  const names = namesInUse(set, kits, used);
  return own.flatMap((folder) => [
    ...misnamedRooms(folder),
    ...filesIn(folder).flatMap((path) => {
      const reason = path.endsWith(ending) ? unusedReason(nameOf(path), names, used) : wrongEnding(path, kits);
      return reason === null ? [] : [`${join(folder, path)}: ${reason}`];
    }),
  ]);
}

/** `page/` and `layout/` are near to the names of folders that are read, and contain views. */
function misnamedRooms(folder: string): readonly string[] {
  const read: readonly string[] = [...rooms, flowsRoom];
  return readdirSync(folder)
    .filter((name) => !read.includes(name) && isFolder(join(folder, name)))
    .map((name) => ({ path: join(folder, name), meant: didYouMean(name, read) }))
    .filter(({ path, meant }) => meant !== '' && readdirSync(path).some((file) => file.endsWith(ending)))
    .map(({ path, meant }) => `${path}: this folder is not read${meant}`);
}

function wrongEnding(path: string, kits: readonly string[]): string | null {
  const [name = ''] = path.split('.');
  return path.includes('.') && kits.includes(name) ? `is not read: a view ends in ${ending}` : null;
}

interface NamesInUse {
  readonly views: ReadonlySet<string>;
  /** False where a template computes the name of an include. */
  readonly areComplete: boolean;
}

const kitsOwn = /^\(\s*(?:locals\.)?(?:page\.view|field\.element)\b/;

function namesInUse(set: ViewSet, kits: readonly string[], { flows, layout }: Used): NamesInUse {
  const includes = set.files.flatMap(({ text }) => includesIn(text));
  return {
    views: new Set([
      ...kits,
      ...[layout ?? null, ...flows.map((flow) => flow.layout)].map((name) => `layouts/${name}`),
      ...flows.flatMap(({ bindings }) => bindings.flatMap(({ stage }) => (stage.asking ? [stage.view] : []))),
      ...includes.flatMap(({ name }) => name?.slice(1) ?? []),
    ]),
    areComplete: includes.every(({ name, argument }) => name !== null || kitsOwn.test(argument)),
  };
}

function unusedReason(name: string, names: NamesInUse, used: Used): string | null {
  const path = viewPath(name);
  if (path === null) return misplaced(name, used.flows);
  return flowReason(path, used.flows) ?? languageReason(path, used.languages) ?? viewReason(path.view, names);
}

function misplaced(name: string, flows: readonly Flow[]): string {
  const parts = name.split('/');
  const [, slug = '', folder = ''] = parts;
  if (parts[0] !== flowsRoom) return 'is never used: the name of a view consists of letters, digits, - and _';
  const stages = flows.find((flow) => flow.slug === slug)?.bindings.map(({ stage }) => stage.name) ?? [];
  const meant = parts.length > 3 ? didYouMean(folder, [...rooms, ...stages]) : '';
  return `is never used: a view of a flow is at ${flowsRoom}/${slug}/${rooms[0]}/${basename(name)}${ending}, one of a stage at ${flowsRoom}/${slug}/<stage>/${rooms[0]}/${basename(name)}${ending}${meant}`;
}

function flowReason({ flow, stage }: ViewPath, flows: readonly Flow[]): string | null {
  if (flow === null) return null;
  const found = flows.find(({ slug }) => slug === flow);
  if (found === undefined)
    return `is never used: there is no flow "${flow}"${didYouMean(
      flow,
      flows.map(({ slug }) => slug),
    )}`;
  const stages = found.bindings.map((binding) => binding.stage.name);
  if (
    stage === null ||
    stages.includes(stage) ||
    [...found.insertable.values()].some((one) => one.stage.name === stage)
  )
    return null;
  return `is never used: the flow "${flow}" has no stage "${stage}"${didYouMean(stage, stages)}`;
}

function languageReason({ language }: ViewPath, languages: readonly string[]): string | null {
  if (language === null || languages.some((tag) => fallbackTags(tag).includes(language))) return null;
  return `is never used: no page is in the language "${language}"${didYouMean(language, languages)}`;
}

function viewReason(view: string, { views, areComplete }: NamesInUse): string | null {
  if (views.has(view)) return null;
  const [, type] = /^elements\/field-(.+)$/.exec(view) ?? [];
  const known = [...views];
  if (type !== undefined) {
    // Prompts of the app's own types have elements of their own.
    const meant = didYouMean(
      type,
      known.flatMap((one) => /^elements\/field-(.+)$/.exec(one)?.[1] ?? []),
    );
    return meant === '' ? null : `may never be used: the kit has no prompt of the type "${type}"${meant}`;
  }
  const meant = meantView(view, known);
  return meant === '' && !areComplete ? null : `is never used: no page, flow or include names "${view}"${meant}`;
}

/** A near name in the same folder, or the same name in another one. */
function meantView(view: string, known: readonly string[]): string {
  const at = view.indexOf('/') + 1;
  const beside = known.filter((name) => name.startsWith(view.slice(0, at))).map((name) => name.slice(at));
  const near = didYouMean(view.slice(at), beside);
  if (near !== '') return near.replace('"', `"${view.slice(0, at)}`);
  const same = known.find((name) => name.slice(name.indexOf('/') + 1) === view.slice(at));
  return same === undefined ? '' : `; did you mean "${same}"?`;
}
