import { didYouMean } from '../../base/did-you-mean.js';
import { isForbiddenKey, isJsonObject, mergeDeep, type Json, type JsonObject } from '../../base/json.js';
import type { Problems } from '../problems.js';
import type { BlueprintDocument, EntryTree } from '../read/document.js';
import type { Tree } from '../read/tree.js';
import { resolver } from '../tags/resolve.js';
import { LeftOut, TagMistake, type TagScope } from '../tags/scope.js';
import { isTrue } from '../tags/truth.js';
import {
  findRecord,
  keyFor,
  type FieldPosition,
  type FlowRecord,
  type RecordPosition,
  type Records,
} from './record.js';

/** What the import knows about a model: `foreign` ones exist in authentik, and have no meaning here. */
export type ModelKind = 'known' | 'foreign' | 'unknown';

export interface ApplySettings {
  readonly modelKind: (model: string) => ModelKind;
  readonly knownModels: readonly string[];
  /** What happens to entries of foreign models: the file is refused, or they are left out and reported. */
  readonly foreign: 'refuse' | 'skip';
  readonly environment: TagScope['environment'];
  readonly file: TagScope['file'];
  /** Values for `!Context` over those of the file. */
  readonly context: JsonObject;
  /** Whether the file that another one asks for is among those that are applied before it. */
  readonly isApplied: (identifiers: JsonObject) => boolean;
}

export interface Applied {
  readonly records: Records;
  readonly places: ReadonlyMap<string, RecordPosition>;
}

const dependencyModel = 'authentik_blueprints.metaapplyblueprint';
const states = ['present', 'created', 'must_created', 'absent'] as const;

/**
 * Applies a file's entries to the records, in order, as authentik's importer does. What it returns is to be used only if
 * `problems` has no refusal: nothing is applied in part.
 */
export function applyDocument(
  document: BlueprintDocument,
  before: Applied,
  settings: ApplySettings,
  problems: Problems,
): Applied {
  const records = new Map(before.records);
  const places = new Map(before.places);
  const ids = new Map<string, string | null>();
  const scope = {
    context: {} as JsonObject,
    environment: settings.environment,
    file: settings.file,
    keyOf: (id: string) => ids.get(id),
    find: (model: string, fields: readonly (readonly [string, Json])[]) => {
      const found = findRecord(records, model.toLowerCase(), fields);
      return found === undefined ? undefined : { key: found.key, data: { pk: found.key, ...found.fields } };
    },
  };
  const own = document.context === null ? null : attempt(() => resolver(scope)(document.context ?? emptyMapping));
  const context = mergeDeep(isJsonObject(own) ? own : {}, settings.context);
  const resolve = resolver({ ...scope, context });
  for (const entry of document.entries) {
    const id = entry.id === null ? null : attempt(() => resolve(entry.id ?? emptyMapping));
    const key = attempt(() => applyEntry(entry));
    if (typeof id !== 'string') continue;
    if (ids.has(id)) problems.add('refused', entry.at, `the id "${id}" stands in the file twice`);
    ids.set(id, key ?? null);
  }
  return { records, places };

  /** `null`: the entry made or found no record. */
  function applyEntry(entry: EntryTree): string | null {
    if (!conditionsHold(entry)) return null;
    const model = textOf(entry.model, 'model').toLowerCase();
    const attrs = entry.attrs === null ? {} : recordOf(entry.attrs, 'attrs');
    if (model === dependencyModel) {
      tellMissing(entry, attrs);
      return null;
    }
    if (!isSupported(model, entry)) return null;
    const identifiers = entry.identifiers === null ? {} : recordOf(entry.identifiers, 'identifiers');
    if (Object.keys(identifiers).length === 0)
      throw new TagMistake(entry.identifiers?.at ?? entry.at, 'the entry has no identifiers');
    if (entry.permissions !== null && isTrue(resolve(entry.permissions)))
      problems.add('noticed', entry.permissions.at, 'permissions are left out: the app decides who may change flows');
    return write(entry, model, identifiers, attrs);
  }

  function write(entry: EntryTree, model: string, identifiers: JsonObject, attrs: JsonObject): string | null {
    const state = stateOf(entry);
    const found = existing(records, model, identifiers);
    if (state === 'absent') {
      if (found !== undefined) remove(found.key);
      return null;
    }
    if (found !== undefined && state === 'must_created')
      throw new TagMistake(entry.at, 'the state is must_created, and there is such an object already');
    if (found !== undefined && state === 'created') return found.key;
    const { pk, ...named } = identifiers;
    const key = found?.key ?? (typeof pk === 'string' ? pk : keyFor(model, named));
    // Setting a key in place keeps the order: what was made first stays first.
    records.set(key, { key, model, fields: { ...found?.fields, ...named, ...attrs } });
    places.set(key, placeOf(entry));
    return key;
  }

  function remove(key: string): void {
    records.delete(key);
    places.delete(key);
    // What binds a removed object goes with it, as the database of authentik has it.
    for (const record of [...records.values()])
      if (['target', 'stage', 'policy'].some((name) => record.fields[name] === key)) remove(record.key);
  }

  function conditionsHold({ conditions }: EntryTree): boolean {
    if (conditions === null) return true;
    if (conditions.type !== 'list') throw new TagMistake(conditions.at, 'conditions must be a list');
    return conditions.items.every((condition) => isTrue(resolve(condition)));
  }

  function isSupported(model: string, entry: EntryTree): boolean {
    const kind = settings.modelKind(model);
    if (kind === 'known') return true;
    if (kind === 'unknown')
      throw new TagMistake(
        entry.model.at,
        `there is no model "${model.slice(0, 100)}"${didYouMean(model, settings.knownModels)}`,
      );
    const sentence = `${model} has no meaning here`;
    problems.add(settings.foreign === 'skip' ? 'skipped' : 'refused', entry.model.at, sentence);
    return false;
  }

  /** authentik's own files ask for others that an app need not have. */
  function tellMissing({ at }: EntryTree, { identifiers, required }: JsonObject): void {
    const asked = isJsonObject(identifiers) ? identifiers : {};
    if (settings.isApplied(asked)) return;
    const name = JSON.stringify(asked['name'] ?? asked['path'] ?? null);
    const severity = required === true ? 'refused' : 'noticed';
    problems.add(severity, at, `the flow file ${name}, which this one asks for, is not among the files`);
  }

  function stateOf({ state }: EntryTree): (typeof states)[number] {
    if (state === null) return 'present';
    const given = textOf(state, 'state');
    const known = states.find((one) => one === given);
    if (known !== undefined) return known;
    throw new TagMistake(state.at, `"${given}" is no state${didYouMean(given, states)}`);
  }

  function textOf(tree: Tree, what: string): string {
    const value = resolve(tree);
    if (typeof value === 'string' && value !== '') return value;
    throw new TagMistake(tree.at, `${what} must be a text`);
  }

  function recordOf(tree: Tree, what: string): JsonObject {
    const value = resolve(tree);
    // `attrs:` with nothing behind it.
    if (value === null) return {};
    if (isJsonObject(value) && !Object.keys(value).some(isForbiddenKey)) return value;
    throw new TagMistake(tree.at, `${what} must be a mapping`);
  }

  function placeOf(entry: EntryTree): RecordPosition {
    const fields = [entry.identifiers, entry.attrs].flatMap((tree) =>
      tree?.type === 'mapping' ? tree.members.map(({ key, value }) => [key, positionOf(value)] as const) : [],
    );
    return { file: document.file, at: entry.at, fields: new Map(fields) };
  }

  function attempt<T>(act: () => T): T | null {
    try {
      return act();
    } catch (error) {
      if (error instanceof TagMistake) problems.add('refused', error.at, error.message);
      else if (error instanceof LeftOut) problems.add('skipped', error.at, `left out, because ${error.message}`);
      else throw error;
      return null;
    }
  }
}

const emptyMapping: Tree = { type: 'mapping', members: [], at: { line: 1, column: 1 } };

/** By its key, or else by all other identifiers together. */
function existing(records: Records, model: string, { pk, ...named }: JsonObject): FlowRecord | undefined {
  if (typeof pk === 'string') {
    const record = records.get(pk);
    if (record?.model === model) return record;
  }
  const fields = Object.entries(named).map(([name, value]) => [name, value ?? null] as const);
  return fields.length === 0 ? undefined : findRecord(records, model, fields);
}

function positionOf(tree: Tree): FieldPosition {
  return {
    ...tree.at,
    firstLine: tree.type === 'scalar' ? tree.firstLine : tree.at.line,
    finds: tree.type === 'tagged' && tree.tag === '!Find',
  };
}
