/** The checked tree of an expression. `at` is the offset in the source. */
interface Positioned {
  readonly at: number;
}

export type Expression =
  | Constant
  | Name
  | Collection
  | DictDisplay
  | Unary
  | Binary
  | Logical
  | Comparison
  | Call
  | Attribute
  | Subscript
  | Slice
  | Conditional
  | Lambda
  | Comprehension
  | FormattedText
  | NamedExpression
  | Starred;

interface Constant extends Positioned {
  readonly type: 'constant';
  readonly value: null | boolean | bigint | number | string | { readonly type: 'ellipsis' };
}
export interface Name extends Positioned {
  readonly type: 'name';
  readonly id: string;
}
interface Collection extends Positioned {
  readonly type: 'tuple' | 'list' | 'set';
  readonly elements: readonly Expression[];
}
export interface DictDisplay extends Positioned {
  readonly type: 'dict';
  /** `key: null` is `**value`. */
  readonly entries: readonly { readonly key: Expression | null; readonly value: Expression }[];
}
interface Unary extends Positioned {
  readonly type: 'unary';
  readonly operator: string;
  readonly operand: Expression;
}
interface Binary extends Positioned {
  readonly type: 'binary';
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
}
interface Logical extends Positioned {
  readonly type: 'logical';
  readonly operator: 'and' | 'or';
  readonly left: Expression;
  readonly right: Expression;
}
export interface Comparison extends Positioned {
  readonly type: 'comparison';
  readonly first: Expression;
  readonly rest: readonly { readonly operator: string; readonly operand: Expression }[];
}
export interface Argument extends Positioned {
  /** Its keyword; `*` and `**` unpack. */
  readonly name: string | null;
  readonly value: Expression;
}
export interface Call extends Positioned {
  readonly type: 'call';
  readonly callee: Expression;
  readonly args: readonly Argument[];
}
export interface Attribute extends Positioned {
  readonly type: 'attribute';
  readonly object: Expression;
  readonly name: string;
}
interface Subscript extends Positioned {
  readonly type: 'subscript';
  readonly object: Expression;
  readonly index: Expression;
}
interface Slice extends Positioned {
  readonly type: 'slice';
  readonly start: Expression | null;
  readonly stop: Expression | null;
  readonly step: Expression | null;
}
interface Conditional extends Positioned {
  readonly type: 'conditional';
  readonly test: Expression;
  readonly body: Expression;
  readonly otherwise: Expression;
}
export interface Parameter extends Positioned {
  readonly name: string;
  readonly kind: 'positional' | 'any' | 'keyword' | 'rest' | 'keywords';
  readonly byDefault: Expression | null;
}
export interface Lambda extends Positioned {
  readonly type: 'lambda';
  readonly parameters: readonly Parameter[];
  readonly body: Expression;
  readonly locals: ReadonlySet<string>;
}
export type Clause =
  | ({ readonly type: 'for'; readonly target: Expression; readonly iterable: Expression } & Positioned)
  | ({ readonly type: 'if'; readonly test: Expression } & Positioned);
export interface Comprehension extends Positioned {
  readonly type: 'comprehension';
  readonly makes: 'generator' | 'list' | 'set' | 'dict';
  readonly element: Expression;
  /** Of a dict. */
  readonly value: Expression | null;
  readonly clauses: readonly Clause[];
  readonly locals: ReadonlySet<string>;
}
export interface FormattedText extends Positioned {
  readonly type: 'formatted';
  readonly parts: readonly (string | FormattedPart)[];
}
export interface FormattedPart {
  readonly value: Expression;
  readonly conversion: 'r' | 's' | 'a' | null;
  readonly spec: FormattedText | null;
}
interface NamedExpression extends Positioned {
  readonly type: 'named';
  readonly name: string;
  readonly value: Expression;
}
interface Starred extends Positioned {
  readonly type: 'starred';
  readonly value: Expression;
}

export type Statement =
  | ({ readonly type: 'expression'; readonly value: Expression } & Positioned)
  | ({ readonly type: 'assign'; readonly targets: readonly Expression[]; readonly value: Expression } & Positioned)
  | ({
      readonly type: 'update';
      readonly target: Expression;
      readonly operator: string;
      readonly value: Expression;
    } & Positioned)
  | If
  | ({
      readonly type: 'while';
      readonly test: Expression;
      readonly body: Block;
      readonly otherwise: Block;
    } & Positioned)
  | ({
      readonly type: 'for';
      readonly target: Expression;
      readonly iterable: Expression;
      readonly body: Block;
      readonly otherwise: Block;
    } & Positioned)
  | Try
  | ({ readonly type: 'raise'; readonly value: Expression | null } & Positioned)
  | ({ readonly type: 'return'; readonly value: Expression | null } & Positioned)
  | ({ readonly type: 'pass' | 'break' | 'continue' } & Positioned)
  | ({ readonly type: 'delete'; readonly targets: readonly Expression[] } & Positioned)
  | Import
  | Def
  | ({ readonly type: 'assert'; readonly test: Expression; readonly text: Expression | null } & Positioned)
  | ({ readonly type: 'nonlocal'; readonly names: readonly string[] } & Positioned)
  | Match;

export type Block = readonly Statement[];

/** `if` and each `elif`: side by side, so that a long chain is not deep. */
interface If extends Positioned {
  readonly type: 'if';
  readonly branches: readonly ({ readonly test: Expression; readonly body: Block } & Positioned)[];
  readonly otherwise: Block;
}

export interface Try extends Positioned {
  readonly type: 'try';
  readonly body: Block;
  readonly handlers: readonly ({
    readonly matches: Expression | null;
    readonly name: string | null;
    readonly body: Block;
  } & Positioned)[];
  readonly otherwise: Block;
  readonly last: Block;
}
export interface Import extends Positioned {
  readonly type: 'import';
  readonly module: string;
  /** `null`: the module itself, under the name `as`. */
  readonly names: readonly ({ readonly name: string | null; readonly as: string } & Positioned)[];
}
export interface Def extends Positioned {
  readonly type: 'def';
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: Block;
  readonly locals: ReadonlySet<string>;
}
export interface Match extends Positioned {
  readonly type: 'match';
  readonly subject: Expression;
  readonly cases: readonly ({
    readonly pattern: Pattern;
    readonly guard: Expression | null;
    readonly body: Block;
  } & Positioned)[];
}
export type Pattern =
  | ({ readonly type: 'value'; readonly value: Expression } & Positioned)
  | ({ readonly type: 'capture'; readonly name: string | null } & Positioned)
  | ({ readonly type: 'or'; readonly options: readonly Pattern[] } & Positioned)
  | ({ readonly type: 'as'; readonly pattern: Pattern; readonly name: string } & Positioned)
  | ({ readonly type: 'sequence'; readonly patterns: readonly Pattern[] } & Positioned)
  | ({ readonly type: 'star'; readonly name: string | null } & Positioned);

export interface Program {
  readonly body: Block;
  readonly locals: ReadonlySet<string>;
}
