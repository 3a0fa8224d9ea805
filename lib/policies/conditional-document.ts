import type { Json } from '../base/json.js';

/** A conditional policy without code, in the form of authentik's conditional policies (version 2). */
export interface ConditionalDocument {
  readonly version: 2;
  /** Carried out in order until one stops. When none stops, the policy passes. */
  readonly actions: readonly ConditionalAction[];
  /** What a comparison with a variable that has no value does. Default `fail`: the policy fails. `false`: it is false. */
  readonly missing_behavior?: 'fail' | 'false';
  /** Said when a condition without a message of its own fails. */
  readonly failure_message?: string;
}

export type ConditionalAction = { readonly enabled?: boolean } &
  /** Fails when it is false. */
  (
    | { readonly type: 'condition'; readonly condition: ConditionNode; readonly message?: string }
    | {
        readonly type: 'if';
        readonly condition: ConditionNode;
        readonly then_actions?: readonly ConditionalAction[];
        readonly else_actions?: readonly ConditionalAction[];
      }
    /** Sets an answer, or where the flow leads in the end. It counts only where the policy passes. */
    | {
        readonly type: 'set';
        readonly target: 'prompt_data' | 'redirect';
        /** The key of the answer. */
        readonly key?: string;
        readonly value?: Json;
        /** Instead of `value`. */
        readonly from?: VariableRef;
      }
    | { readonly type: 'stop'; readonly result: 'pass' | 'fail'; readonly message?: string }
  );

export interface VariableRef {
  readonly variable: string;
  /** For variables with keys: `prompt_data`, `context`, `invitation.fixed_data`, `account.email_taken`, `user.attributes`. */
  readonly key?: string;
}

export type ConditionNode =
  | ({
      readonly type: 'compare';
      /** Reads the value as this type; required where a variable may hold any. */
      readonly cast?: ValueType;
      readonly operator: string;
      readonly value?: Json;
      readonly options?: { readonly case_sensitive?: boolean; readonly negate?: boolean };
    } & VariableRef)
  | { readonly type: 'group'; readonly mode: 'all' | 'any' | 'none'; readonly conditions: readonly ConditionNode[] }
  /** Another policy, by the name under which it was given. */
  | { readonly type: 'policy'; readonly policy: string; readonly negate?: boolean };

export const valueTypes = ['string', 'number', 'boolean', 'datetime', 'ip', 'list'] as const;

export type ValueType = (typeof valueTypes)[number];

export const conditionalLimits = Object.freeze({ depth: 10, nodes: 200, references: 10 });
