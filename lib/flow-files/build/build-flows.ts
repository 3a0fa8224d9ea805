import { isEnrollmentError } from '../../base/error.js';
import type { Flow } from '../../flow/flow.js';
import type { Policy } from '../../flow/policy.js';
import type { Prompt } from '../../flow/prompt.js';
import type { Stage } from '../../flow/stage.js';
import { builtInPrompt } from '../models/built-in.js';
import { codePrompt } from '../models/code-parts.js';
import { builtInPromptModel, flowModel, promptModel } from '../models/model-names.js';
import { policyModels } from '../models/policy-model.js';
import { promptOfRecord } from '../models/prompt-model.js';
import { stageModels } from '../models/stage-models.js';
import type { Problem, Severity } from '../problems.js';
import type { FlowRecord } from '../records/record.js';
import type { Applied } from '../records/apply.js';
import { defineFlow } from '../../flow/flow.js';
import { originOf, withOrigin, type FilePlace } from '../../flow/flow-origin.js';
import { brandFlows, type BrandFlows } from './brand-flows.js';
import { incompleteFlows, isStructural } from './incomplete-flows.js';
import { checkUnused } from './unused-records.js';
import { buildFlow } from './build-flow.js';
import type { Building, CodeParts, Expressions, RecordKind } from './building.js';
import { flag } from './field-kinds.js';
import { mayBeEmpty } from './empty-fields.js';
import { isOfKind } from './record-kinds.js';
import { fieldReader, type FieldReader } from './field-reader.js';
import { sameFlag } from './same-values.js';
import { usedParts } from './used-parts.js';

interface BuiltFlows {
  /** Complete where no problem is a refusal; else those with mistakes are marked as incomplete. */
  readonly flows: readonly Flow[];
  /** True where mistakes hide which flows there are. */
  readonly mayLackFlows: boolean;
  readonly defaultFlows: BrandFlows;
  readonly problems: readonly Problem[];
}

/** Makes flows of records. What is wrong with any of them is reported at its place in the file. */
export function buildFlows({ records, places, flaws }: Applied, code: CodeParts, expressions: Expressions): BuiltFlows {
  const problems = new Map<string, Problem>();
  const policies = new Map<string, Policy | null>();
  const prompts = new Map<string, Prompt | null>();
  const stages = new Map<string, Stage | null>();
  // The keys of records with a mistake in a field that matters for the whole, and of those that are being made.
  const flawed = new Set<string>();
  const pending = new Set<string>();
  const made = new Set<FlowRecord>();
  const lacksParts = new Set<string>();
  const bindings = byTarget(records);
  let calls = 0;

  const building: Building = {
    records,
    code,
    expressions,
    reader: (record) =>
      fieldReader(record, {
        report: (severity, field, message, member) => {
          building.report(record, severity, field, message, member);
        },
        broken: places.get(record.key)?.broken ?? noFields,
        tagOf: (name) => places.get(record.key)?.fields.get(name)?.tag ?? null,
        writtenAs: (name) => places.get(record.key)?.fields.get(name)?.written ?? null,
      }),
    isUsed: usedParts(records),
    place: ({ key }) => places.get(key),
    report(record, severity, field, message, member) {
      const place = places.get(record.key);
      const whole = field === null ? undefined : place?.fields.get(field);
      const part = member === undefined ? undefined : whole?.items[member];
      const at = whole === undefined || part === undefined ? whole : { ...part, file: whole.file };
      if (severity === 'refused' && isStructural(field)) flawed.add(record.key);
      add(severity, { file: place?.file ?? 'stored flows', ...(at ?? place?.at ?? { line: 1, column: 1 }) }, message);
    },
    reportAt(record, severity, at, message) {
      if (severity === 'refused') flawed.add(record.key);
      add(severity, at, message);
    },
    taint(record) {
      flawed.add(record.key);
      lacksParts.add(record.key);
    },
    isPending: ({ key }) => pending.has(key),
    boundTo: (model, target) => bindings.get(`${model} ${target}`) ?? [],
    referenced: (reader, name, kind) => {
      const key = reader.json(name);
      if (key === undefined) reportNotFound(reader.record, name);
      return key === undefined || key === '' ? null : referred(reader, name, key, kind);
    },
    referencedAll(reader, name, kind) {
      const keys = reader.json(name);
      if (keys === undefined) return [];
      if (Array.isArray(keys)) return keys.flatMap((key, at) => referred(reader, name, key, kind, at) ?? []);
      reader.report('refused', name, `"${name}" must be a list of references`);
      return [];
    },
    isPolicy: (model) => policyModels.has(model),
    policy(record) {
      const known = policies.get(record.key);
      if (known !== undefined) return known;
      // Until it is made: expressions may call each other in a circle.
      policies.set(record.key, null);
      pending.add(record.key);
      // Each is made before the one that calls it, within this call.
      calls += 1;
      const policy = calls > mostCalls ? tooDeep(record) : make(record, policyOf);
      calls -= 1;
      pending.delete(record.key);
      policies.set(record.key, policy);
      return policy;
    },
    prompt: (record, repeats = false) =>
      once(prompts, `${record.key} ${String(repeats)}`, () => make(record, (reader) => promptOf(reader, repeats))),
    stage: (record, flow) =>
      once(stages, `${flow.record.key} ${record.key}`, () =>
        make(record, (reader) => {
          const model = stageModels.get(record.model);
          return model === undefined ? null : model.make(reader, building, flow);
        }),
      ),
  };

  function add(severity: Severity, { file, line, column }: FilePlace, message: string): void {
    const problem = { file, severity, line, column, message };
    // A record that several flows use has its mistakes once.
    problems.set(JSON.stringify(problem), problem);
  }

  function tooDeep(record: FlowRecord): null {
    building.report(record, 'refused', null, `policies call each other more than ${String(mostCalls)} deep`);
    return null;
  }

  /** A field whose `!Find` finds nothing has no value, as at authentik. */
  function reportNotFound(record: FlowRecord, name: string): void {
    if (places.get(record.key)?.fields.get(name)?.tag !== '!Find' || !mayBeEmpty(name)) return;
    const text = `"${name}" is left out: !Find finds nothing. It sees what the flow files make, not the flows of the code`;
    building.report(record, 'noticed', name, text);
  }

  /** A reference to the wrong thing is a mistake of its own place: what it refers to has none. */
  function referred(
    reader: FieldReader,
    name: string,
    key: unknown,
    kind: RecordKind,
    member?: number,
  ): FlowRecord | null {
    const record = typeof key === 'string' ? records.get(key) : undefined;
    if (record !== undefined && isOfKind(record, kind)) return record;
    const mistake =
      record === undefined
        ? `${JSON.stringify(key).slice(0, 60)}, and nothing here has that key`
        : `${record.model}, which is no ${kind}`;
    reader.report('refused', name, `"${name}" refers to ${mistake}`, member);
    return null;
  }

  function policyOf(reader: FieldReader): Policy | null {
    const model = policyModels.get(reader.record.model);
    reader.unsupported('execution_logging', flag, sameFlag(false), 'events tell of policies without a verdict');
    return model === undefined ? null : model(reader, building);
  }

  function promptOf(reader: FieldReader, repeats: boolean): Prompt | null {
    if (reader.record.model === promptModel) return promptOfRecord(reader, building, repeats);
    if (reader.record.model === builtInPromptModel) return builtInPrompt(reader, building);
    return codePrompt(reader, building);
  }

  /** What a factory refuses is reported with the record. */
  function make<Part>(record: FlowRecord, from: (reader: FieldReader) => Part | null): Part | null {
    const reader = building.reader(record);
    made.add(record);
    try {
      const part = from(reader);
      if (part !== null) reader.finish();
      return part;
    } catch (error) {
      if (!isEnrollmentError(error)) throw error;
      // What a setting with a mistake is missing from.
      if (reader.isBroken('settings') || reader.isBroken('given') || lacksParts.has(record.key)) return null;
      for (const issue of error.issues.length > 0 ? error.issues : [error.message])
        building.report(record, 'refused', null, issue);
      return null;
    }
  }

  const flows = [...records.values()]
    .filter(({ model }) => model === flowModel)
    .map((record) => ({ record, flow: make(record, (reader) => buildFlow(reader, building)) }));
  checkUnused(building, (record) => made.has(record));
  const isIncomplete = incompleteFlows({ records, places, flaws, flawed, boundTo: building.boundTo });
  const marked = flows.flatMap(({ record, flow }) => markedFlow(record, flow, isIncomplete(record)));
  const defaultFlows = brandFlows(building, marked);
  return {
    flows: marked,
    mayLackFlows: flaws.unread || flaws.models.has(flowModel) || flows.some(({ record }) => !hasSlug(record)),
    defaultFlows,
    problems: [...problems.values()],
  };
}

/** Looked up for each stage of each flow: a search in all records would take their number squared. */
function byTarget(records: Building['records']): ReadonlyMap<string, readonly FlowRecord[]> {
  const found = new Map<string, FlowRecord[]>();
  for (const record of records.values()) {
    const { target } = record.fields;
    if (typeof target !== 'string') continue;
    const key = `${record.model} ${target}`;
    const same = found.get(key);
    if (same === undefined) found.set(key, [record]);
    else same.push(record);
  }
  return found;
}

/** How deep policies call each other: a run asks no more than 50 in all. */
const mostCalls = 50;

const noFields: ReadonlySet<string> = new Set();

function hasSlug({ fields: { slug } }: FlowRecord): boolean {
  return typeof slug === 'string' && slug !== '';
}

/** A flow that could not be made is there all the same: what leads to it finds it. */
function markedFlow(record: FlowRecord, flow: Flow | null, isIncomplete: boolean): readonly Flow[] {
  const { slug } = record.fields;
  if (flow !== null) return [isIncomplete ? asIncomplete(flow) : flow];
  if (typeof slug !== 'string' || slug === '') return [];
  return [asIncomplete(defineFlow({ slug, title: slug, designation: 'stage_configuration', stages: [] }))];
}

function asIncomplete(flow: Flow): Flow {
  const { flow: place = { file: 'stored flows', line: 1, column: 1 }, bindings = new Map() } = originOf(flow) ?? {};
  return withOrigin(flow, { flow: place, bindings, isIncomplete: true });
}

function once<Part>(made: Map<string, Part>, key: string, make: () => Part): Part {
  const known = made.get(key);
  if (known !== undefined) return known;
  const part = make();
  made.set(key, part);
  return part;
}
