import type { Awaitable } from '../base/awaitable.js';
import { getPath, mergeDeep, setPath, type Json } from '../base/json.js';
import { message as messageOf, type Message } from '../base/message.js';
import { madeBy, hasFunctions, hasMembers } from '../base/setting-rules.js';
import { refuseSettings, settingsCheck } from '../base/settings.js';
import type { Patch } from '../flow/context.js';
import { definePolicy, literal, type Policy, type PolicyQuestion } from '../flow/policy.js';
import type { GeoLocation } from '../ports/geo-location.js';
import { conditionalMistakes } from './conditional-check.js';
import {
  conditionalLimits,
  type ConditionalAction,
  type ConditionalDocument,
  type ConditionNode,
  type VariableRef,
} from './conditional-document.js';
import { castTo, conditionalOperators } from './conditional-operators.js';
import { conditionalVariables, readVariable } from './conditional-variables.js';

interface ConditionalPolicySettings {
  /** Default `conditional`. */
  readonly name?: string;
  /** The policies that the document refers to, by name. */
  readonly policies?: Readonly<Record<string, Policy>>;
  /**
   * Where an address is, for `request.continent`, `request.country`, `request.city` and `request.asn`; `null`: unknown.
   * Asked once for each check that reads one.
   */
  readonly lookUp?: (address: string) => Awaitable<GeoLocation | null>;
}

const check = settingsCheck<ConditionalPolicySettings>('conditionalPolicy', (joi) => ({
  name: joi.string(),
  policies: joi.object().pattern(
    joi.string(),
    madeBy(joi, (value) => hasMembers(value, 'name') && hasFunctions(value, 'check'), 'passwordsMatch()'),
  ),
  lookUp: joi.function(),
}));

/** How deep a policy refers to others; a property of the policy, so that two copies of the package agree. */
const referenceDepth = Symbol.for('express-enrollment.reference-depth');

type Written = 'prompt_data' | 'redirect';

/** Ends the actions with this result. */
interface Stop {
  readonly pass: boolean;
  readonly messages: readonly Message[];
}

/**
 * A policy without code: a document of conditions and actions, as data. Nothing is changed before it passes: what it sets
 * is a patch.
 * @throws ERR_ENROLLMENT_CONFIG for every mistake in the document, with its path
 */
export function conditionalPolicy(document: ConditionalDocument, settings: ConditionalPolicySettings = {}): Policy {
  check(settings);
  const { name = 'conditional', policies = {}, lookUp } = settings;
  const depth = 1 + Math.max(0, ...Object.values(policies).map(depthOf));
  refuseSettings('conditionalPolicy', { name }, [
    ...conditionalMistakes(document, { policies: Object.keys(policies), hasLookUp: lookUp !== undefined }),
    ...(depth > conditionalLimits.references
      ? [`policies refer to each other at most ${String(conditionalLimits.references)} deep`]
      : []),
  ]);
  const made = definePolicy<Written>({
    name,
    writes: ['prompt_data', 'redirect'],
    async check(question) {
      const run = new Evaluation(document, { policies, lookUp }, question);
      const stop = await run.actions(document.actions);
      if (stop?.pass === false) return { pass: false, messages: stop.messages };
      return { pass: true, messages: stop?.messages ?? [], patch: run.patch };
    },
  });
  return Object.freeze({ ...made, [referenceDepth]: depth });
}

function depthOf(policy: Policy): number {
  const depth: unknown = Reflect.get(policy, referenceDepth);
  return typeof depth === 'number' ? depth : 0;
}

/** A condition could not be decided, because a variable has no value. */
const missing = Symbol('missing');

class Evaluation {
  patch: Patch<Written> = {};

  constructor(
    private readonly document: ConditionalDocument,
    private readonly settings: {
      readonly policies: Readonly<Record<string, Policy>>;
      readonly lookUp: ConditionalPolicySettings['lookUp'] | undefined;
    },
    private readonly question: PolicyQuestion,
  ) {}

  private place: Promise<GeoLocation | null> | undefined;

  private readonly locate = (): Promise<GeoLocation | null> => {
    this.place ??= Promise.resolve(this.settings.lookUp?.(this.question.facts.address)).then((place) => place ?? null);
    return this.place;
  };

  /** `null`: none of the actions stopped. */
  async actions(list: readonly ConditionalAction[]): Promise<Stop | null> {
    for (const action of list) {
      if (action.enabled === false) continue;
      const stop = await this.action(action);
      if (stop !== null) return stop;
    }
    return null;
  }

  private async action(action: ConditionalAction): Promise<Stop | null> {
    switch (action.type) {
      case 'condition': {
        const holds = await this.holds(action.condition);
        return holds === true ? null : this.failed(action.message);
      }
      case 'if': {
        const holds = await this.holds(action.condition);
        if (holds === missing) return this.failed(undefined);
        return this.actions((holds ? action.then_actions : action.else_actions) ?? []);
      }
      case 'set':
        return this.set(action);
      case 'stop':
        if (action.result === 'fail') return this.failed(action.message);
        return { pass: true, messages: action.message === undefined ? [] : [literal(action.message)] };
    }
  }

  /** What an earlier action has set counts. */
  private async read(reference: VariableRef): Promise<Json | undefined> {
    const set =
      reference.variable === 'prompt_data' ? getPath(this.patch.prompt_data ?? {}, reference.key ?? '') : undefined;
    return set ?? readVariable(this.question, reference, this.locate);
  }

  private failed(text: string | undefined): Stop {
    const said = text ?? this.document.failure_message;
    return { pass: false, messages: [said === undefined ? messageOf('policy.denied') : literal(said)] };
  }

  private async set(action: Extract<ConditionalAction, { readonly type: 'set' }>): Promise<Stop | null> {
    const value = action.from === undefined ? action.value : await this.read(action.from);
    if (value === undefined) return this.document.missing_behavior === 'false' ? null : this.failed(undefined);
    if (action.target === 'prompt_data') {
      const { prompt_data = {} } = this.patch;
      this.patch = { ...this.patch, prompt_data: mergeDeep(prompt_data, setPath(action.key ?? '', value)) };
      return null;
    }
    if (typeof value !== 'string' || !value.startsWith('/')) throw new Error('a redirect must be a path of the app');
    // Whether it is one is checked where it is used.
    this.patch = { ...this.patch, redirect: { path: value } };
    return null;
  }

  private async holds(node: ConditionNode): Promise<boolean | typeof missing> {
    if (node.type === 'compare') return this.compare(node);
    if (node.type === 'policy') {
      const policy = this.settings.policies[node.policy];
      if (policy === undefined) throw new Error('a policy is missing');
      return (await policy.check(this.question)).pass !== (node.negate ?? false);
    }
    const results: (boolean | typeof missing)[] = [];
    for (const one of node.conditions) results.push(await this.holds(one));
    if (results.includes(missing)) return missing;
    if (node.mode === 'all') return results.every((one) => one === true);
    return results.includes(true) === (node.mode === 'any');
  }

  private async compare(node: Extract<ConditionNode, { readonly type: 'compare' }>): Promise<boolean | typeof missing> {
    const { operator, options: { case_sensitive = true, negate = false } = {} } = node;
    const value = (await this.read(node)) ?? null;
    if (operator === 'is_set' || operator === 'not_set')
      return ((value !== null) === (operator === 'is_set')) !== negate;
    if (value === null) return this.document.missing_behavior === 'false' ? false : missing;
    const type = node.cast ?? conditionalVariables.get(node.variable)?.type;
    const known = conditionalOperators.get(operator);
    if (known === undefined || type === undefined || type === 'any') throw new Error('a comparison was not checked');
    const how = {
      operand: node.value,
      caseSensitive: case_sensitive,
      isTime: type === 'datetime',
      now: this.question.facts.now,
    };
    return known.test(castTo(type, value), how) !== negate;
  }
}
