import type { Awaitable } from '../../base/awaitable.js';
import type { Json } from '../../base/json.js';
import type { StageContext } from '../../flow/facts.js';
import type { PromptValue } from '../../expressions/prompt-expression.js';
import type { Policy } from '../../flow/policy.js';
import type { Prompt } from '../../flow/prompt.js';
import type { Stage } from '../../flow/stage.js';
import type { FilePlace } from '../../flow/flow-origin.js';
import type { Position, Severity } from '../problems.js';
import type { FlowRecord, RecordPosition, Records } from '../records/record.js';
import type { FieldReader } from './field-reader.js';

/** What the app's own code gives to flow files, by the name that a file has for it. */
export interface CodeParts {
  readonly policies: ReadonlyMap<string, Policy>;
  readonly stages: ReadonlyMap<string, Stage>;
  readonly prompts: ReadonlyMap<string, Prompt>;
}

/** A text of Python in a file. */
export interface ExpressionText {
  /** Of its policy or prompt. */
  readonly name: string;
  readonly text: string;
  readonly file: string;
  /** Where its field stands. */
  readonly at: Position;
  /** The line of the file at which the text begins; `null`: its lines are none of the file's. */
  readonly firstLine: number | null;
}

/** The line is that of the file, where the text has one there, else that of the expression, as the column. */
export interface ExpressionMistake extends Position {
  readonly message: string;
}

/** Computes a setting of a prompt. */
type ExpressionValue = (at: StageContext) => Awaitable<Json | undefined>;

/** What an expression became; `null`: it has mistakes. */
export interface MadeExpression<Part> {
  readonly part: Part | null;
  readonly mistakes: readonly ExpressionMistake[];
  /** What it has, and has another effect than in authentik. */
  readonly notices: readonly ExpressionMistake[];
}

/** Turns the expressions of a file into what flows are made of, or says where they are wrong. */
export interface Expressions {
  /** `policies`: those that the expression calls, by name. `settings`: others of `pythonPolicy`, which it checks. */
  policy(
    text: ExpressionText,
    policies: Readonly<Record<string, Policy>>,
    settings: Readonly<Record<string, unknown>>,
  ): MadeExpression<Policy>;
  value(text: ExpressionText, as: PromptValue): MadeExpression<ExpressionValue>;
}

/** The flow for which a stage is made: the same record can make different stages in different flows. */
export interface FlowOf {
  readonly record: FlowRecord;
  readonly designation: string;
  /** True: this kit exported it, and nothing of it is changed. */
  readonly isOwn: boolean;
  /** The records of its stages, by order. */
  readonly stages: readonly FlowRecord[];
}

/** What a field can refer to. */
export type RecordKind = 'flow' | 'stage' | 'policy' | 'prompt' | 'group' | 'flow or stage binding';

/** What the models share while flows are made of records. */
export interface Building {
  readonly records: Records;
  readonly code: CodeParts;
  readonly expressions: Expressions;
  reader(record: FlowRecord): FieldReader;
  /** `member`: the position in the field's list of what is wrong. */
  report(record: FlowRecord, severity: Severity, field: string | null, message: string, member?: number): void;
  reportAt(record: FlowRecord, severity: Severity, at: FilePlace, message: string): void;
  /** Notes that a part is missing from it, because of a mistake that was reported. */
  taint(record: FlowRecord): void;
  /** True while its policy is being made. */
  isPending(record: FlowRecord): boolean;
  /** True where another record refers to it, or an expression may call it by its name. */
  isUsed(record: FlowRecord): boolean;
  place(record: FlowRecord): RecordPosition | undefined;
  /** The bindings of this model that have this target, in the order of the files. */
  boundTo(model: string, target: string): readonly FlowRecord[];
  /** The record that a field refers to; `null` where it has no value, or one that is reported as a mistake. */
  referenced(reader: FieldReader, name: string, kind: RecordKind): FlowRecord | null;
  referencedAll(reader: FieldReader, name: string, kind: RecordKind): readonly FlowRecord[];
  isPolicy(model: string): boolean;
  /** `null`: a mistake was reported. A policy that calls itself is one. */
  policy(record: FlowRecord): Policy | null;
  /** `repeats`: a password that the page asks for twice. */
  prompt(record: FlowRecord, repeats?: boolean): Prompt | null;
  stage(record: FlowRecord, flow: FlowOf): Stage | null;
}
