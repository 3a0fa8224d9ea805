/** What one expression, its values and one evaluation may take. */
export const celLimits = Object.freeze({
  /** Characters of the expression. */
  expression: 2000,
  nodes: 250,
  depth: 24,
  listLiteral: 100,
  /** Calls of `map()`, the only way to make values larger in rounds. */
  maps: 3,
  /** Characters of a pattern. */
  pattern: 256,
  /** Members of a list or record, of values and of what an expression makes. */
  members: 500,
  /** Characters of a text, of values and of what a round makes. */
  text: 4096,
  /**
   * One for each round of `all`, `exists`, `exists_one`, `filter` and `map`, and for each 2,000 states that a pattern may
   * visit.
   */
  steps: 5000,
});

/** @throws where a text or a collection is too large */
export type CheckSize = (value: unknown) => void;

/** What one evaluation has left. Evaluation is synchronous, so one budget serves all of them in turn. */
interface EvaluationBudget {
  /** @throws where none are left */
  spend(steps: number): void;
  readonly checkSize: CheckSize;
  begin(): void;
  /** @throws the first breach of a limit: `true || error` is true, but above a limit there is no verdict */
  end(): void;
}

export function createEvaluationBudget(): EvaluationBudget {
  let left = 0;
  let breach: Error | null = null;

  function fail(reason: string): never {
    breach ??= new Error(reason);
    throw breach;
  }

  return {
    begin() {
      left = celLimits.steps;
      breach = null;
    },
    end() {
      if (breach !== null) throw breach;
    },
    spend(steps) {
      left -= steps;
      if (left < 0) fail(`the expression takes more than ${String(celLimits.steps)} steps`);
    },
    checkSize(value) {
      if (typeof value === 'string' && value.length > celLimits.text)
        fail(`a text is longer than ${String(celLimits.text)} characters`);
      if (membersOf(value) > celLimits.members)
        fail(`a list or a record has more than ${String(celLimits.members)} members`);
    },
  };
}

function membersOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  const isRecord = typeof value === 'object' && value !== null && isPlain(value);
  return isRecord ? Object.keys(value).length : 0;
}

/** Dates and unsigned numbers are no records. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
