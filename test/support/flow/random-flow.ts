import fc from 'fast-check';

/** A policy as data, so that a failing case can be printed and shrunk. */
export interface RandomPolicy {
  /** `odd`: fails for the answer "odd"; `turning`: a different verdict at each evaluation. */
  readonly verdict: 'pass' | 'fail' | 'throw' | 'late' | 'junk' | 'odd' | 'turning';
  readonly negate: boolean;
  readonly enabled: boolean;
  readonly failureResult: boolean;
  readonly patch: 'nothing' | 'declared' | 'undeclared';
  readonly turn: 'none' | 'insert' | 'append' | 'unknown' | 'redirect';
}

export interface RandomStage {
  readonly kind: 'ask' | 'gate' | 'decide' | 'act';
  /**
   * For "odd" answers an asking stage may refuse, ask again or redirect. A silent stage may also do so always, or
   * require that another stage's answer is "right".
   */
  readonly does: 'pass' | 'refuse' | 'again' | 'leave' | 'demand' | 'refuse odd' | 'write undeclared';
  /** The field that a demand checks. */
  readonly about: number;
  readonly satisfied: boolean;
  readonly policies: readonly RandomPolicy[];
  readonly mode: 'any' | 'all';
  readonly validation: readonly RandomPolicy[];
  readonly evaluateOnPlan: boolean;
  readonly reEvaluatePolicies: boolean;
  readonly invalidResponseAction: 'retry' | 'restart' | 'restart_with_context';
}

export interface RandomFlow {
  readonly stages: readonly RandomStage[];
  readonly insertable: readonly RandomStage[];
  readonly policies: readonly RandomPolicy[];
  readonly deniedAction: 'message_continue' | 'message' | 'continue';
}

export type Answer = 'right' | 'odd' | 'wrong' | '';

/** A visitor's action. `which` selects among earlier forms. */
export interface RandomAction {
  readonly does:
    | 'get'
    | 'get with next'
    | 'post'
    | 'post twice'
    | 'post at once'
    | 'stale'
    | 'foreign'
    | 'cancel'
    | 'wait'
    | 'expire';
  readonly answer: Answer;
  readonly which: number;
}

const verdict = fc.oneof(
  { weight: 6, arbitrary: fc.constant('pass' as const) },
  { weight: 5, arbitrary: fc.constantFrom('fail', 'throw', 'junk', 'turning') },
  { weight: 1, arbitrary: fc.constant('late' as const) },
);

const turn = fc.oneof(
  { weight: 6, arbitrary: fc.constant('none' as const) },
  { weight: 4, arbitrary: fc.constantFrom('insert', 'append', 'unknown') },
  { weight: 1, arbitrary: fc.constant('redirect' as const) },
);

const policy = (
  verdicts: fc.Arbitrary<RandomPolicy['verdict']>,
  turns: fc.Arbitrary<RandomPolicy['turn']> = turn,
): fc.Arbitrary<RandomPolicy> =>
  fc.record({
    verdict: verdicts,
    negate: fc.boolean(),
    enabled: fc.boolean(),
    failureResult: fc.boolean(),
    patch: fc.constantFrom('nothing', 'declared', 'undeclared'),
    turn: turns,
  });

const stage: fc.Arbitrary<RandomStage> = fc.record({
  kind: fc.constantFrom('ask', 'ask', 'gate', 'decide', 'act'),
  does: fc.constantFrom(
    'pass',
    'pass',
    'pass',
    'refuse',
    'again',
    'leave',
    'demand',
    'demand',
    'refuse odd',
    'write undeclared',
  ),
  about: fc.nat(3),
  satisfied: fc.boolean(),
  policies: fc.array(policy(verdict), { maxLength: 2 }),
  mode: fc.constantFrom('any', 'all'),
  // A validation policy that inserts an unknown stage refuses every answer, so no visitor could pass its page.
  validation: fc.array(
    policy(
      fc.constantFrom('pass', 'odd', 'turning'),
      turn.filter((one) => one !== 'unknown'),
    ),
    { maxLength: 1 },
  ),
  evaluateOnPlan: fc.boolean(),
  reEvaluatePolicies: fc.boolean(),
  invalidResponseAction: fc.constantFrom('retry', 'restart', 'restart_with_context'),
});

export const randomFlow: fc.Arbitrary<RandomFlow> = fc.record({
  stages: fc.array(stage, { minLength: 1, maxLength: 4 }),
  insertable: fc.array(stage, { maxLength: 2 }),
  policies: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(policy(verdict), { maxLength: 2 }) },
  ),
  deniedAction: fc.constantFrom('message_continue', 'message', 'continue'),
});

export const randomActions: fc.Arbitrary<readonly RandomAction[]> = fc.array(
  fc.record({
    does: fc.constantFrom(
      'get',
      'get',
      'post',
      'post',
      'post',
      'get with next',
      'post twice',
      'post at once',
      'stale',
      'foreign',
      'cancel',
      'wait',
      'expire',
    ),
    answer: fc.constantFrom('right', 'right', 'right', 'odd', 'wrong', ''),
    which: fc.nat(9),
  }),
  { maxLength: 14 },
);
