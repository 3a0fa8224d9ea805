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

/** The steps that one evaluation has left. Evaluation is synchronous, so one budget serves all of them in turn. */
interface StepBudget {
  /** @throws where none are left */
  spend(steps: number): void;
  refill(): void;
}

export function createStepBudget(): StepBudget {
  let left = 0;
  return {
    refill() {
      left = celLimits.steps;
    },
    spend(steps) {
      left -= steps;
      if (left < 0) throw new Error(`the expression takes more than ${String(celLimits.steps)} steps`);
    },
  };
}

/** @throws where a text or a collection is too large */
export function checkSize(value: unknown): void {
  if (typeof value === 'string' && value.length > celLimits.text)
    throw new Error(`a text is longer than ${String(celLimits.text)} characters`);
  const members = Array.isArray(value) ? value.length : 0;
  if (members > celLimits.members) throw new Error(`a list has more than ${String(celLimits.members)} members`);
}
