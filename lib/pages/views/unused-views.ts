import { basename, join } from 'node:path';
import { didYouMean } from '../../base/did-you-mean.js';
import { fallbackTags, isLanguageTag } from '../../base/language-tag.js';
import type { Flow } from '../../flow/flow.js';
import { includesIn } from './scriptlets.js';
import { misplacedViews } from './misplaced-views.js';
import { filesIn, type ViewFolders, type ViewSet } from './view-files.js';
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
    ...misplacedViews(folder, { views: names.views, flows: used.flows }),
    ...filesIn(folder).flatMap((path) => {
      const reason = path.endsWith(ending) ? unusedReason(nameOf(path), names, used) : wrongEnding(path, kits);
      return reason === null ? [] : [`${join(folder, path)}: ${reason}`];
    }),
  ]);
}

/** Why no page would use a view of this name, e.g. `flows/invite/pages/prompt`; `null`: some page would. */
export function reasonAgainst(name: string, set: ViewSet, used: Used): string | null {
  return unusedReason(nameOf(`${name}${ending}`), namesInUse(set, [...set.kits], used), used);
}

function wrongEnding(path: string, kits: readonly string[]): string | null {
  const [name = ''] = path.split('.');
  const view = viewPath(name)?.view;
  return view !== undefined && kits.includes(view) ? `is not read: a view ends in ${ending}` : null;
}

interface NamesInUse {
  readonly views: ReadonlySet<string>;
  /** Those that a template includes by their name. */
  readonly included: ReadonlySet<string>;
  /** False where a template computes the name of an include. */
  readonly areComplete: boolean;
}

const kitsOwn = /^\(\s*(?:locals\.)?(?:page\.view|field\.element)\b/;

function namesInUse(set: ViewSet, kits: readonly string[], { flows, layout }: Used): NamesInUse {
  const includes = set.files.flatMap(({ text }) => includesIn(text));
  const included = new Set(includes.flatMap(({ name }) => name?.slice(1) ?? []));
  return {
    included,
    views: new Set([
      ...kits,
      ...[layout ?? null, ...flows.map((flow) => flow.layout)].map((name) => `layouts/${name}`),
      ...flows.flatMap(({ bindings }) => bindings.flatMap(({ stage }) => (stage.asking ? [stage.view] : []))),
      ...included,
    ]),
    areComplete: includes.every(({ name, argument }) => name !== null || kitsOwn.test(argument)),
  };
}

function unusedReason(name: string, names: NamesInUse, used: Used): string | null {
  const path = viewPath(name);
  if (path === null) return misplaced(name, used.flows);
  return (
    flowReason(path, used.flows) ??
    languageReason(path, used.languages) ??
    viewReason(path.view, names) ??
    (names.included.has(path.view) ? null : undrawnReason(path, used))
  );
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
  if (!isLanguageTag(language))
    return `is never used: between the name of a view and ${ending} stands nothing, or a language tag such as de or pt-BR`;
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

// Any flow may show these beside the pages of its stages, and any stage the first.
const ofEveryStage = 'pages/continue';
const ofEveryFlow = [ofEveryStage, 'pages/cancel', 'pages/denied', 'pages/problem', 'pages/enrolled'];

/** A page or a layout of a flow or stage that shows another one. */
function undrawnReason({ flow: slug, stage, view }: ViewPath, { flows, layout = null }: Used): string | null {
  const flow = flows.find((one) => one.slug === slug);
  if (flow === undefined) return null;
  if (view.startsWith('layouts/')) {
    const own = `layouts/${flow.layout ?? layout ?? 'stacked'}`;
    return view === own ? null : `is never used: the pages of the flow "${flow.slug}" have the layout "${own}"`;
  }
  if (!view.startsWith('pages/')) return null;
  const stages = [...flow.bindings, ...flow.insertable.values()].map((binding) => binding.stage);
  const drawn = stages
    .filter(({ name }) => stage === null || name === stage)
    .flatMap((one) => (one.asking ? [one.view] : []));
  const others = stage === null ? ofEveryFlow : [ofEveryStage];
  if ([...drawn, ...others].includes(view)) return null;
  const whose = stage === null ? `the flow "${flow.slug}"` : `the stage "${stage}" of the flow "${flow.slug}"`;
  const shown = drawn.length === 0 ? '' : `; it shows ${[...new Set(drawn)].map((one) => `"${one}"`).join(' and ')}`;
  return `is never used: ${whose} has no page "${view}"${shown}`;
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
