import { flowTarget, type RedirectTarget } from '../../../lib/base/target.js';
import { message, messageOf } from '../../../lib/base/message.js';
import type { Patch } from '../../../lib/flow/context.js';
import type { StageContext } from '../../../lib/flow/facts.js';
import { defineFlow, type Flow, type StageBindingSpec } from '../../../lib/flow/flow.js';
import type { PolicyBindingSpec } from '../../../lib/flow/policy-set.js';
import { definePolicy, type Policy, type PolicyAnswer, type PlanAction } from '../../../lib/flow/policy.js';
import { defineSilentStage, defineStage } from '../../../lib/flow/define-stage.js';
import { type StageOutcome, type Stage } from '../../../lib/flow/stage.js';
import type { RandomFlow, RandomPolicy, RandomStage } from './random-flow.js';

export interface Act {
  readonly step: string;
  readonly allowed: boolean;
  readonly invited: boolean;
}

/** A random flow as real stages, and what its stages did. */
export interface BuiltFlow {
  readonly flow: Flow;
  /** The executions of silent stages with side effects. */
  readonly hasSideEffects: Act[];
  /** From now on policies with changing verdicts keep one verdict. */
  calm(): void;
}

export const elsewhere: RedirectTarget = { path: '/elsewhere' };

export function buildFlow(spec: RandomFlow): BuiltFlow {
  const acts: Act[] = [];
  let turning = true;
  let asked = 0;
  const insertKeys = spec.insertable.map((_stage, index) => `extra${index}`);

  function policyOf(random: RandomPolicy, name: string, gate = false): Policy {
    const turns: Record<RandomPolicy['turn'], readonly PlanAction[]> = {
      none: [],
      insert: insertKeys.slice(0, 1).map((insert) => ({ insert })),
      append: insertKeys.slice(-1).map((append) => ({ append })),
      unknown: [{ insert: 'nowhere' }],
      redirect: [{ redirect: elsewhere }],
    };
    const patches = {
      nothing: {},
      declared: { fixed_data: { [name]: 'known' } },
      undeclared: { pending_user: 'mallory' },
    } satisfies Record<RandomPolicy['patch'], Patch>;
    const invitation = gate ? { invitation: { id: 'i', version: 1 } } : {};
    const passing = { pass: true, patch: { ...patches[random.patch], ...invitation }, then: turns[random.turn] };
    return definePolicy({
      name,
      gate,
      writes: ['fixed_data', ...(gate ? ['invitation' as const] : [])],
      check({ answers }): PolicyAnswer | Promise<PolicyAnswer> {
        switch (random.verdict) {
          case 'pass':
            return passing;
          case 'odd':
            return Object.values(answers).includes('odd') ? false : passing;
          case 'turning':
            asked += 1;
            return turning && asked % 2 === 0 ? message('policy.denied') : passing;
          case 'throw':
            throw new Error('broken policy');
          case 'late':
            return new Promise(() => undefined);
          case 'junk':
            return 1 as unknown as PolicyAnswer;
          case 'fail':
            return false;
        }
      },
    });
  }

  const bindingsOf = (policies: readonly RandomPolicy[], where: string): readonly PolicyBindingSpec[] =>
    policies.map((random, index) => ({
      policy: policyOf(random, `${where}-${index}`),
      negate: random.negate,
      enabled: random.enabled,
      failureResult: random.failureResult,
      timeoutSeconds: 0.002,
    }));

  function bindingOf(random: RandomStage, name: string): StageBindingSpec {
    const asks = random.kind === 'ask' || random.kind === 'gate';
    const { mode, evaluateOnPlan, reEvaluatePolicies, invalidResponseAction } = random;
    const stage = asks ? askingStage(random, name) : silentStage(random, name);
    return {
      stage,
      mode,
      evaluateOnPlan,
      reEvaluatePolicies,
      invalidResponseAction,
      policies: bindingsOf(random.policies, name),
    };
  }

  function askingStage(random: RandomStage, name: string): Stage {
    const gate = random.kind === 'gate';
    const validation = random.validation.map((one, index) => policyOf(one, `${name}-answer-${index}`));
    const make = defineStage({
      kind: 'ask',
      component: 'test',
      view: 'pages/prompt',
      writes: ['prompt_data', 'invitation', 'fixed_data'],
      fields: () => [name],
      satisfied: async (_settings: object, at) =>
        gate ? at.context.invitation !== undefined : random.satisfied && knows(at, name),
      challenge: async () => ({}),
      async read(input) {
        const typed = input[name] ?? '';
        return typed === 'right' || typed === 'odd'
          ? { ok: true, value: { [name]: typed } }
          : { ok: false, errors: { [name]: [messageOf('wrong')] } };
      },
      async respond(answers): Promise<StageOutcome<'prompt_data' | 'invitation' | 'fixed_data'>> {
        const typed = String(answers[name]);
        if (typed === 'odd') {
          if (random.does === 'refuse' || random.does === 'refuse odd')
            return { type: 'denied', message: messageOf('refused') };
          if (random.does === 'again') return { type: 'invalid', errors: { [name]: [messageOf('again')] } };
          if (random.does === 'leave') return { type: 'redirected', to: elsewhere };
        }
        const undeclared = random.does === 'write undeclared' ? { pending_user: 'mallory' } : {};
        return { type: 'completed', patch: { prompt_data: { [name]: typed }, ...undeclared } };
      },
    });
    const gatePolicy = {
      verdict: 'odd',
      negate: false,
      enabled: true,
      failureResult: false,
      patch: 'nothing',
      turn: 'none',
    } as const;
    return make({ name, validation: gate ? [policyOf(gatePolicy, `${name}-gate`, true), ...validation] : validation });
  }

  function silentStage(random: RandomStage, name: string): Stage {
    const acting = random.kind === 'act';
    const demanded = [...spec.stages.map((_stage, index) => `step${index}`), ...insertKeys][random.about] ?? 'step0';
    return defineSilentStage({
      kind: random.kind,
      hasSideEffects: acting,
      writes: ['password_hash'],
      async run(_settings: object, at): Promise<StageOutcome<'password_hash'>> {
        if (acting) acts.push({ step: at.step, allowed: at.facts.act, invited: at.context.invitation !== undefined });
        const answers = Object.values(at.context.prompt_data ?? {});
        if (random.does === 'refuse' || (random.does === 'refuse odd' && answers.includes('odd')))
          return { type: 'denied', message: messageOf('refused') };
        if (random.does === 'leave') return { type: 'redirected', to: flowTarget('another') };
        if (random.does === 'demand' && at.context.prompt_data?.[demanded] !== 'right')
          return { type: 'invalid', errors: { [demanded]: [messageOf('again')] } };
        const undeclared = random.does === 'write undeclared' ? { pending_user: 'mallory' } : {};
        const effect = acting ? { effect: { signIn: 'ann', rememberSeconds: null } } : {};
        return { type: 'completed', patch: { password_hash: 'hashed', ...undeclared }, ...effect };
      },
    })({ name });
  }

  const flow = defineFlow({
    slug: 'random',
    title: 'Random',
    designation: 'authorization',
    deniedAction: spec.deniedAction,
    target: '/done',
    mode: 'all',
    policies: bindingsOf(spec.policies, 'flow'),
    stages: spec.stages.map((one, index) => bindingOf(one, `step${index}`)),
    insertable: spec.insertable.map((one, index) => bindingOf(one, `extra${index}`)),
  });
  return {
    flow,
    hasSideEffects: acts,
    calm: () => {
      turning = false;
    },
  };
}

function knows(at: StageContext, name: string): boolean {
  return at.context.prompt_data?.[name] !== undefined;
}
