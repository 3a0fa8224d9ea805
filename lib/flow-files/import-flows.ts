import type { JsonObject } from '../base/json.js';
import type { Flow } from '../flow/flow.js';
import type { BrandFlows } from './build/brand-flows.js';
import { buildFlows } from './build/build-flows.js';
import type { CodeParts, Expressions } from './build/building.js';
import { fieldUse } from './models/field-use.js';
import { knownModels, modelKind } from './models/models.js';
import { byPlace } from './composed-problems.js';
import { collectProblems, type Problem, type Problems } from './problems.js';
import type { BlueprintDocument } from './read/document.js';
import { memberOf } from './read/tree.js';
import { inOrder, type ReadFile } from './read/file-order.js';
import { applyDocument, type Applied, type ApplySettings } from './records/apply.js';
import { changesBetween, type Change } from './records/changes.js';

/** The text of one file, and the name under which its mistakes are reported. */
export interface FlowFile {
  readonly file: string;
  readonly text: string;
  /** True where it was found in a folder: a file whose label says that it is an example is left out then. Default false. */
  readonly isFound?: boolean;
}

interface ImportSettings extends Pick<ApplySettings, 'foreign' | 'environment' | 'file'> {
  readonly context: JsonObject;
  readonly code: CodeParts;
  readonly expressions: Expressions;
}

export interface Imported {
  /** False where anything was refused: then nothing of `applied` and `flows` may be used. */
  readonly ok: boolean;
  readonly applied: Applied;
  /**
   * All flows of the records, those of before too. Where something was refused, those with mistakes are incomplete, so
   * that what leads to them finds them.
   */
  readonly flows: readonly Flow[];
  /** True where mistakes hide which flows there are. */
  readonly mayLackFlows: boolean;
  /** The default flows of the brands among the records. */
  readonly defaultFlows: BrandFlows;
  readonly changes: readonly Change[];
  readonly problems: readonly Problem[];
}

/** Imports flow files over the records of before, all of them or nothing. Changes no state: a dry run is the same call. */
export function importFlows(files: readonly FlowFile[], before: Applied, settings: ImportSettings): Imported {
  const read = files.map((file): ReadFile => ({ ...file, problems: collectProblems(file.file) }));
  let applied = before;
  const { documents, isPartial, lacksFiles } = inOrder(read);
  if (isPartial) applied = { ...before, flaws: { ...before.flaws, unread: true } };
  const found = new Set(files.flatMap(({ file, isFound }) => (isFound === true ? [file] : [])));
  const toApply = documents.filter(
    ({ document, problems }) => !(found.has(document.file) && isExample(document, problems)),
  );
  // In a ring, one of them is behind: that is the mistake, and it is reported.
  const given = new Set(toApply.flatMap(({ document: { name, file } }) => [name, file]));
  const isApplied = (asked: JsonObject): boolean => lacksFiles || isNamed(asked, given);
  for (const { document, problems } of toApply)
    applied = applyDocument(document, applied, { ...settings, ...rules, isApplied }, problems);
  // Also where a file has mistakes: those of the flows are reported with them.
  const built = buildFlows(applied, settings.code, settings.expressions);
  const names = files.map(({ file }) => file);
  const problems = [...read.flatMap((one) => one.problems.list()), ...built.problems].sort(byPlace(names));
  return {
    ok: !problems.some(isRefusal),
    applied,
    flows: built.flows,
    mayLackFlows: built.mayLackFlows,
    defaultFlows: built.defaultFlows,
    changes: changesBetween(before.records, applied.records),
    problems,
  };
}

/** authentik applies no file with this label by itself; its examples have it. */
function isExample({ labels }: BlueprintDocument, problems: Problems): boolean {
  const label = labels?.type === 'mapping' ? memberOf(labels, instantiate) : undefined;
  if (label?.value.type !== 'scalar' || String(label.value.value).toLowerCase() !== 'false') return false;
  const sentence = `the file is left out: its label ${instantiate} is false. An import that names the file applies it`;
  problems.add('skipped', label.keyAt, sentence);
  return true;
}

const instantiate = 'blueprints.goauthentik.io/instantiate';

const rules = { modelKind, knownModels, fieldUse };

function isRefusal({ severity }: Problem): boolean {
  return severity === 'refused';
}

function isNamed({ name, path }: JsonObject, given: ReadonlySet<string>): boolean {
  return [name, path].some((one) => typeof one === 'string' && given.has(one));
}
