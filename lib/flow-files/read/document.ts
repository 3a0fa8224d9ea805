import { didYouMean } from '../../base/did-you-mean.js';
import type { Position, Problems } from '../problems.js';
import { unknownTag } from '../tags/resolve.js';
import { parseYaml } from './parse-yaml.js';
import { memberOf, type List, type Mapping, type Tree } from './tree.js';

/** A blueprint before its tags are resolved. Every part may have tags. */
export interface BlueprintDocument {
  readonly file: string;
  readonly name: string;
  readonly labels: Tree | null;
  readonly context: Mapping | null;
  readonly entries: readonly EntryTree[];
}

export interface EntryTree {
  readonly at: Position;
  readonly model: Tree;
  readonly id: Tree | null;
  /** `null`: left out, as entries that ask for another file do. */
  readonly identifiers: Tree | null;
  readonly attrs: Tree | null;
  readonly state: Tree | null;
  readonly conditions: Tree | null;
  readonly permissions: Tree | null;
}

const documentKeys = ['version', 'metadata', 'context', 'entries'];
const entryKeys = ['model', 'id', 'identifiers', 'attrs', 'state', 'conditions', 'permissions'];

/** Reads the text of a blueprint, YAML or JSON. `null`: `problems` says why nothing of it can be used. */
export function readBlueprint(text: string, problems: Problems): BlueprintDocument | null {
  const tree = parseYaml(text, problems);
  if (tree === null) {
    if (problems.list().length === 0) problems.add('refused', { line: 1, column: 1 }, 'the file is empty');
    return null;
  }
  if (tree.type !== 'mapping') {
    problems.add('refused', tree.at, 'a flow file is a mapping with the keys version, metadata and entries');
    return null;
  }
  tellUnknownTags(tree, problems);
  tellUnknownKeys(tree, documentKeys, 'a flow file', problems);
  checkVersion(tree, problems);
  const metadata = memberOf(tree, 'metadata')?.value;
  const context = memberOf(tree, 'context')?.value;
  if (context !== undefined && context.type !== 'mapping') problems.add('refused', context.at, 'context is a mapping');
  return {
    file: problems.file,
    name: nameOf(metadata) ?? problems.file,
    labels: metadata?.type === 'mapping' ? (memberOf(metadata, 'labels')?.value ?? null) : null,
    context: context?.type === 'mapping' ? context : null,
    entries: entriesOf(tree, problems).flatMap((entry) => entryOf(entry, problems)),
  };
}

function checkVersion(tree: Mapping, problems: Problems): void {
  const version = memberOf(tree, 'version')?.value;
  if (version?.type === 'scalar' && version.value === 1) return;
  problems.add('refused', version?.at ?? tree.at, 'version must be 1');
}

function nameOf(metadata: Tree | undefined): string | null {
  const name = metadata?.type === 'mapping' ? memberOf(metadata, 'name')?.value : undefined;
  return name?.type === 'scalar' && typeof name.value === 'string' ? name.value : null;
}

/** A list, or a mapping of named sections with a list each. */
function entriesOf(tree: Mapping, problems: Problems): readonly Tree[] {
  const entries = memberOf(tree, 'entries')?.value;
  if (entries?.type === 'list') return entries.items;
  if (entries?.type === 'mapping')
    return entries.members.flatMap(({ value }) => sectionOf(value, problems)?.items ?? []);
  problems.add('refused', entries?.at ?? tree.at, 'entries must be a list, or a mapping of lists');
  return [];
}

function sectionOf(section: Tree, problems: Problems): List | null {
  if (section.type === 'list') return section;
  problems.add('refused', section.at, 'a section of entries must be a list');
  return null;
}

function entryOf(tree: Tree, problems: Problems): readonly EntryTree[] {
  if (tree.type !== 'mapping') {
    problems.add('refused', tree.at, 'an entry is a mapping with the keys model and identifiers');
    return [];
  }
  tellUnknownKeys(tree, entryKeys, 'an entry', problems);
  const part = (key: string): Tree | null => memberOf(tree, key)?.value ?? null;
  const model = part('model');
  if (model === null) {
    problems.add('refused', tree.at, 'the entry has no model');
    return [];
  }
  return [
    {
      at: tree.at,
      model,
      identifiers: part('identifiers'),
      id: part('id'),
      attrs: part('attrs'),
      state: part('state'),
      conditions: part('conditions'),
      permissions: part('permissions'),
    },
  ];
}

function tellUnknownKeys(tree: Mapping, known: readonly string[], what: string, problems: Problems): void {
  for (const { key, keyAt } of tree.members)
    if (!known.includes(key))
      problems.add('refused', keyAt, `${what} has no key "${key.slice(0, 60)}"${didYouMean(key, known)}`);
}

/** Told for the whole file at once, also for parts that a condition leaves out. */
function tellUnknownTags(tree: Tree, problems: Problems): void {
  if (tree.type === 'list') for (const item of tree.items) tellUnknownTags(item, problems);
  if (tree.type === 'mapping') for (const { value } of tree.members) tellUnknownTags(value, problems);
  if (tree.type !== 'tagged') return;
  const mistake = unknownTag(tree.tag);
  if (mistake !== null) problems.add('refused', tree.at, mistake);
  tellUnknownTags(tree.value, problems);
}
