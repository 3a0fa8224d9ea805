import { didYouMean } from '../../base/did-you-mean.js';
import { isSameJson, type Json, type JsonObject } from '../../base/json.js';
import type { Problems } from '../problems.js';
import type { BlueprintDocument, EntryTree } from '../read/document.js';
import type { Tree } from '../read/tree.js';
import { resolver } from '../tags/resolve.js';
import { LeftOut, TooMuch, Unresolved, type TagScope } from '../tags/scope.js';
import { isTrue } from '../tags/truth.js';
import { attemptsOf } from './attempts.js';
import { flawList, noFlaws, type Flaws } from './flaws.js';
import { isBrokenField, resolveFields, type ResolvedFields } from './resolve-fields.js';
import { findRecord, keyFor, type FlowRecord, type RecordPosition, type Records } from './record.js';
import { entryModels } from './entry-model.js';
import { contextOf, existing, hasOnlyEmptyKey, idOf, placeOf, textOf, typeOf } from './entry-values.js';

/** What the import knows about a model: `foreign` ones exist in authentik, and have no meaning here. */
export type ModelKind = 'known' | 'foreign' | 'unknown';

export interface ApplySettings {
  readonly modelKind: (model: string) => ModelKind;
  readonly knownModels: readonly string[];
  /** What a field means for its entry, here. `typeOf`: the type of a prompt as it is written. */
  readonly fieldUse: (model: string, field: string, typeOf: () => unknown) => 'needed' | 'optional' | 'unread';
  /** What happens to entries of foreign models: the file is refused, or they are left out and reported. */
  readonly foreign: 'refuse' | 'skip';
  readonly environment: TagScope['environment'];
  readonly file: TagScope['file'];
  /** Values for `!Context` over those of the file. */
  readonly context: JsonObject;
  /** Whether the file that another one asks for is among the files, or may be one that could not be read. */
  readonly isApplied: (identifiers: JsonObject) => boolean;
}

export interface Applied {
  readonly records: Records;
  readonly places: ReadonlyMap<string, RecordPosition>;
  readonly flaws: Flaws;
}

export const nothingApplied: Applied = Object.freeze({
  records: new Map<string, FlowRecord>(),
  places: new Map<string, RecordPosition>(),
  flaws: noFlaws,
});

const dependencyModel = 'authentik_blueprints.metaapplyblueprint';
const states = ['present', 'created', 'must_created', 'absent'] as const;

/**
 * What an entry made: a record by its key, or nothing. It is foreign, it makes nothing by its conditions or its state, or it
 * has a mistake that was reported.
 */
type Outcome = { readonly key: string } | 'left out' | 'nothing' | 'mistaken';

/**
 * Applies a file's entries to the records, in order, as authentik's importer does. A mistake stops neither the entry nor
 * the file. What it returns is to be used only if `problems` has no refusal: nothing is applied in part.
 */
export function applyDocument(
  document: BlueprintDocument,
  before: Applied,
  settings: ApplySettings,
  problems: Problems,
): Applied {
  const records = new Map(before.records);
  const places = new Map(before.places);
  const flaws = flawList(before.flaws);
  const ids = new Map<string, Outcome>();
  let hasUnknownIds = false;
  const models = entryModels(settings, problems);
  const { attempt, report, skip } = attemptsOf(problems, settings.foreign);
  const scope = {
    environment: settings.environment,
    file: settings.file,
    keyOf(id: string) {
      const outcome = ids.get(id);
      if (outcome === 'mistaken' || (outcome === undefined && hasUnknownIds)) throw new Unresolved();
      return outcome;
    },
    find(name: string, fields: readonly (readonly [string, Json])[]) {
      const model = name.toLowerCase();
      const found = findRecord(records, model, fields);
      if (found !== undefined) return { key: found.key, data: { pk: found.key, ...found.fields } };
      if (flaws.unread || flaws.models.has(model)) throw new Unresolved();
      return undefined;
    },
  };
  try {
    const own = resolveFields(document.context, 'context', {
      resolve: resolver({ ...scope, contextValue: (key) => settings.context[key] }, report),
      attempt,
    });
    const resolve = resolver({ ...scope, contextValue: contextOf(own, settings.context) }, report);
    for (const entry of document.entries) {
      const id = entry.id === null ? null : attempt(() => idOf(entry.id ?? emptyMapping, resolve));
      if (entry.id !== null && id === null) hasUnknownIds = true;
      const outcome = applyEntry(entry, resolve);
      if (id === null) continue;
      if (ids.has(id)) problems.add('refused', entry.at, `the id "${id}" stands in the file twice`);
      ids.set(id, outcome);
    }
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    report(error);
    flaws.unread = true;
    flaws.files.add(document.file);
  }
  return { records, places, flaws };

  function applyEntry(entry: EntryTree, resolveTree: (tree: Tree) => Json): Outcome {
    let isLeftOut = false;
    const resolve = (tree: Tree): Json => {
      try {
        return resolveTree(tree);
      } catch (error) {
        isLeftOut ||= error instanceof LeftOut;
        throw error;
      }
    };
    if (!conditionsHold(entry, resolve)) {
      problems.add(
        'noticed',
        entry.conditions?.at ?? entry.at,
        'the entry is left out: its conditions are not all true',
      );
      return 'nothing';
    }
    const model =
      entry.model === null ? null : attempt(() => textOf(entry.model ?? emptyMapping, 'model', resolve).toLowerCase());
    if (model === dependencyModel) {
      if (!models.hasRequiredFile(entry, resolveFields(entry.attrs, 'attrs', { resolve, attempt })))
        flaws.unread = true;
      return 'nothing';
    }
    if (model !== null && models.isSkipped(model, entry)) return 'left out';
    const isKnown = model !== null && models.isSupported(model, entry);
    const attrs = resolveFields(entry.attrs, 'attrs', {
      resolve,
      attempt,
      optional: {
        use: (field) => settings.fieldUse(model ?? '', field, () => typeOf(entry)),
        resolve: resolveTree,
        leaveOut: skip,
      },
    });
    const identifiers = resolveFields(entry.identifiers, 'identifiers', { resolve, attempt });
    const state = stateOf(entry, resolve);
    if (isLeftOut) return 'left out';
    if (model === null || !isKnown) {
      lose([attrs, identifiers], model);
      return 'mistaken';
    }
    const isUnfound = state !== 'absent' && hasOnlyEmptyKey(identifiers);
    const hasNone =
      identifiers.broken !== 'all' &&
      identifiers.broken.size === 0 &&
      (isUnfound || Object.keys(identifiers.values).length === 0);
    if (hasNone)
      problems.add(
        'refused',
        entry.identifiers?.at ?? entry.at,
        isUnfound ? 'there is no object that "pk" asks for' : 'the entry has no identifiers',
      );
    if (entry.permissions !== null && attempt(() => isTrue(resolve(entry.permissions ?? emptyMapping))) === true)
      problems.add('noticed', entry.permissions.at, 'permissions are left out: the app decides who may change flows');
    const isUnnamed = hasNone || identifiers.broken === 'all' || identifiers.broken.size > 0;
    return write(entry, { model, identifiers, attrs, state, isUnnamed, hasNone });
  }

  function write(entry: EntryTree, given: GivenRecord): Outcome {
    const { model, attrs, state, isUnnamed, hasNone } = given;
    const identifiers: ResolvedFields = hasNone ? { ...given.identifiers, broken: 'all' } : given.identifiers;
    const { pk, ...named } = identifiers.values;
    const found = isUnnamed ? undefined : existing(records, model, identifiers.values);
    if (state === 'absent') {
      if (isUnnamed) flaws.unread = true;
      else if (found !== undefined) remove(found.key);
      return isUnnamed ? 'mistaken' : 'nothing';
    }
    if (found !== undefined && state === 'must_created')
      problems.add('refused', entry.at, 'the state is must_created, and there is such an object already');
    if (found !== undefined && state === 'created') return { key: found.key };
    // What its name is, is not known; its other mistakes are.
    const own = isUnnamed ? keyFor(model, { unnamed: `${document.file}:${JSON.stringify(entry.at)}` }) : null;
    const key = found?.key ?? own ?? (typeof pk === 'string' ? pk : keyFor(model, named));
    // Setting a key in place keeps the order: what was made first stays first.
    records.set(key, { key, model, fields: { ...found?.fields, ...attrs.values, ...named } });
    reportOutdone(entry, named, attrs.values);
    places.set(key, placeOf(document.file, entry.at, [attrs, identifiers], places.get(key)));
    if (isUnnamed || attrs.broken === 'all' || attrs.broken.size > 0) flaws.models.add(model);
    // What it binds is missing there, and where that is, is not known.
    const isUnbound = identifiers.values['target'] === null || attrs.values['target'] === null;
    if (isUnbound || isBrokenField(identifiers, 'target') || isBrokenField(attrs, 'target'))
      flaws.files.add(document.file);
    return { key };
  }

  function reportOutdone({ attrs }: EntryTree, named: JsonObject, given: JsonObject): void {
    for (const { key, value } of attrs?.type === 'mapping' ? attrs.members : [])
      if (Object.hasOwn(named, key) && Object.hasOwn(given, key) && !isSameJson(given[key] ?? null, named[key] ?? null))
        problems.add('noticed', value.at, `"${key}" is an identifier, too, with another value: the identifier counts`);
  }

  /** A binding that cannot be made is missing where it would bind something, as far as that is known. */
  function lose(fields: readonly ResolvedFields[], model: string | null): void {
    const target = fields.map(({ values }) => values['target']).find((value) => value !== undefined);
    if (typeof target === 'string') flaws.records.add(target);
    else if (fields.some((one) => isBrokenField(one, 'target'))) flaws.files.add(document.file);
    const isForeign = model !== null && settings.modelKind(model) === 'foreign';
    if (!isForeign) flaws.unread = true;
  }

  function remove(key: string): void {
    records.delete(key);
    places.delete(key);
    // What binds a removed object goes with it, as the database of authentik has it.
    for (const record of [...records.values()])
      if (['target', 'stage', 'policy'].some((name) => record.fields[name] === key)) remove(record.key);
  }

  /** A condition that cannot be known is taken as true, so that the entry's mistakes are found. */
  function conditionsHold({ conditions }: EntryTree, resolve: (tree: Tree) => Json): boolean {
    if (conditions === null || conditions.type === 'unread') return true;
    if (conditions.type === 'list')
      return conditions.items.every((condition) => attempt(() => isTrue(resolve(condition))) !== false);
    problems.add('refused', conditions.at, 'conditions must be a list');
    return true;
  }

  function stateOf({ state }: EntryTree, resolve: (tree: Tree) => Json): (typeof states)[number] {
    if (state === null) return 'present';
    const given = attempt(() => textOf(state, 'state', resolve));
    const known = states.find((one) => one === given);
    if (known === undefined && given !== null)
      problems.add('refused', state.at, `"${given}" is no state${didYouMean(given, states)}`);
    return known ?? 'present';
  }
}

interface GivenRecord {
  readonly model: string;
  readonly identifiers: ResolvedFields;
  readonly attrs: ResolvedFields;
  readonly state: (typeof states)[number];
  /** True where the identifiers have a mistake. */
  readonly isUnnamed: boolean;
  /** True where it has none: then no field can be missing. */
  readonly hasNone: boolean;
}

const emptyMapping: Tree = { type: 'mapping', members: [], at: { line: 1, column: 1 } };
