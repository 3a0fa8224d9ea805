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
  /** True where entries are missing, because of a mistake that was reported. */
  readonly isPartial: boolean;
}

export interface EntryTree {
  readonly at: Position;
  /** `null`: there is none, which was reported. */
  readonly model: Tree | null;
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
  reportUnknownTags(tree, problems);
  reportUnknownKeys(tree, documentKeys, 'a flow file', problems);
  checkVersion(tree, problems);
  const listed = entriesOf(tree, problems);
  const entries = (listed ?? []).map((entry) => entryOf(entry, problems));
  const metadata = memberOf(tree, 'metadata')?.value;
  const context = memberOf(tree, 'context')?.value;
  if (context !== undefined && context.type !== 'mapping' && context.type !== 'unread')
    problems.add('refused', context.at, 'context is a mapping');
  return {
    file: problems.file,
    name: nameOf(metadata) ?? problems.file,
    labels: metadata?.type === 'mapping' ? (memberOf(metadata, 'labels')?.value ?? null) : null,
    context: context?.type === 'mapping' ? context : null,
    entries: entries.flatMap((entry) => entry ?? []),
    isPartial: listed === null || entries.includes(null),
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
function entriesOf(tree: Mapping, problems: Problems): readonly Tree[] | null {
  const entries = memberOf(tree, 'entries')?.value;
  if (entries?.type === 'list') return entries.items;
  if (entries?.type === 'mapping') {
    const sections = entries.members.map(({ value }) => sectionOf(value, problems));
    return sections.flatMap((section) => section?.items ?? [{ type: 'unread', at: entries.at }]);
  }
  if (entries?.type !== 'unread' && !isMisspelled(tree, 'entries', documentKeys))
    problems.add('refused', entries?.at ?? tree.at, 'entries must be a list, or a mapping of lists');
  return null;
}

function sectionOf(section: Tree, problems: Problems): List | null {
  if (section.type === 'list') return section;
  if (section.type !== 'unread') problems.add('refused', section.at, 'a section of entries must be a list');
  return null;
}

function entryOf(tree: Tree, problems: Problems): EntryTree | null {
  if (tree.type !== 'mapping') {
    if (tree.type !== 'unread')
      problems.add('refused', tree.at, 'an entry is a mapping with the keys model and identifiers');
    return null;
  }
  reportUnknownKeys(tree, entryKeys, 'an entry', problems);
  const part = (key: string): Tree | null => memberOf(tree, key)?.value ?? null;
  const model = part('model');
  if (model === null && !isMisspelled(tree, 'model', entryKeys))
    problems.add('refused', tree.at, 'the entry has no model');
  return {
    at: tree.at,
    model,
    identifiers: part('identifiers') ?? (isMisspelled(tree, 'identifiers', entryKeys) ? unread(tree) : null),
    id: part('id'),
    attrs: part('attrs') ?? (isMisspelled(tree, 'attrs', entryKeys) ? unread(tree) : null),
    state: part('state'),
    conditions: part('conditions'),
    permissions: part('permissions'),
  };
}

function unread({ at }: Mapping): Tree {
  return { type: 'unread', at };
}

/** True where an unknown key stands for a known one that is missing: that is one mistake. */
function isMisspelled(tree: Mapping, key: string, known: readonly string[]): boolean {
  if (memberOf(tree, key) !== undefined) return false;
  return tree.members.some(
    (member) => !known.includes(member.key) && didYouMean(member.key, known).includes(`"${key}"`),
  );
}

function reportUnknownKeys(tree: Mapping, known: readonly string[], what: string, problems: Problems): void {
  for (const { key, keyAt } of tree.members)
    if (!known.includes(key))
      problems.add('refused', keyAt, `${what} has no key "${key.slice(0, 60)}"${didYouMean(key, known)}`);
}

/** Reported for the whole file at once, also for parts that a condition leaves out. */
function reportUnknownTags(tree: Tree, problems: Problems): void {
  if (tree.type === 'list') for (const item of tree.items) reportUnknownTags(item, problems);
  if (tree.type === 'mapping') for (const { value } of tree.members) reportUnknownTags(value, problems);
  if (tree.type !== 'tagged') return;
  const mistake = unknownTag(tree.tag);
  if (mistake !== null) problems.add('refused', tree.at, mistake);
  reportUnknownTags(tree.value, problems);
}
