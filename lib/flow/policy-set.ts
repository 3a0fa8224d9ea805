import { instantOf, type When } from '../base/clock.js';
import type { Policy } from './policy.js';

/** How a policy is bound to a flow or to a stage binding. Defaults as in authentik's PolicyBinding. */
export interface PolicyBinding {
  readonly policy: Policy;
  readonly order: number;
  readonly negate: boolean;
  readonly enabled: boolean;
  readonly timeoutSeconds: number;
  readonly failureResult: boolean;
  /** Milliseconds since 1970; `null`: it does not expire. */
  readonly expires: number | null;
  readonly dryRun: boolean;
}

/** The policies of a flow or a stage binding and how their votes are joined. */
export interface PolicySet {
  readonly mode: 'any' | 'all';
  /** False when `mode` is the default `any`, as in authentik: only one policy is allowed then. */
  readonly modeGiven: boolean;
  readonly bindings: readonly PolicyBinding[];
}

export interface PolicyBindingSpec {
  readonly policy: Policy;
  readonly order?: number;
  readonly negate?: boolean;
  readonly enabled?: boolean;
  /** Default 30, at most 300. A late answer is ignored. */
  readonly timeoutSeconds?: number;
  /**
   * The result when the policy returns no verdict: it throws, is late, or returns an invalid value. Default false: the
   * visitor is refused (403). True: it counts as a pass, with or without `negate`.
   */
  readonly failureResult?: boolean;
  /**
   * From this instant on, the binding grants nothing: it counts as a fail, with or without `negate`, and its policy is
   * not evaluated. Default `null`: it does not expire.
   */
  readonly expires?: When | null;
  /**
   * True: the policy is evaluated, and its result is logged and emitted as `policy.dry_run`, but it has no vote, no
   * message and no effect, and no visitor waits for it. Default false.
   */
  readonly dryRun?: boolean;
}

export interface PolicySetSpec {
  /** Policies, or bindings of them; default none: every visitor passes. */
  readonly policies?: readonly (Policy | PolicyBindingSpec)[];
  /** How several policies are joined. Required where there is more than one. */
  readonly mode?: 'any' | 'all';
}

/** Policies with the defaults of their bindings, by order. */
export function policySetOf(spec: PolicySetSpec): PolicySet {
  const bindings = (spec.policies ?? []).map((listed, index): PolicyBinding => {
    const bound: PolicyBindingSpec = 'policy' in listed ? listed : { policy: listed };
    return Object.freeze({
      policy: bound.policy,
      order: bound.order ?? index,
      negate: bound.negate ?? false,
      enabled: bound.enabled ?? true,
      timeoutSeconds: bound.timeoutSeconds ?? 30,
      failureResult: bound.failureResult ?? false,
      expires: expiryOf(bound.expires ?? null),
      dryRun: bound.dryRun ?? false,
    });
  });
  return Object.freeze({
    mode: spec.mode ?? 'any',
    modeGiven: spec.mode !== undefined,
    bindings: Object.freeze(bindings.sort((a, b) => a.order - b.order)),
  });
}

/** The bindings that have a vote. An expired one has: it fails. */
export function countedBindings({ bindings }: Pick<PolicySet, 'bindings'>): readonly PolicyBinding[] {
  return bindings.filter(({ enabled, dryRun }) => enabled && !dryRun);
}

/** True where a policy has a vote. */
export function isGuarded({ bindings }: Pick<PolicySet, 'bindings'>): boolean {
  return bindings.some(({ enabled, dryRun }) => enabled && !dryRun);
}

/** `settingsCheck` refused what is no instant. */
function expiryOf(when: When | null): number | null {
  const read = when === null ? null : instantOf(when);
  return read !== null && 'at' in read ? read.at : null;
}
