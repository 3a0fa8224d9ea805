import type Joi from 'joi';
import { hasFunctions, hasMembers, madeBy, rule } from '../base/setting-rules.js';
import type { SettingRules } from '../base/settings.js';
import { instantProblem } from '../base/clock.js';
import type { StageBindingSpec } from './flow.js';
import type { PolicySetSpec, PolicyBindingSpec } from './policy-set.js';

/** The check of the whole flow validates the number, and reports the mistakes of all flows at once. */
function numberRule(joi: Joi.Root): Joi.Schema {
  return rule(joi, (value) => typeof value === 'number', 'must be a number');
}

function policyRule(joi: Joi.Root): Joi.Schema {
  return madeBy(joi, (value) => hasMembers(value, 'name') && hasFunctions(value, 'check'), 'passwordsMatch()');
}

/** Validation policies of a stage. */
export function policiesRule(joi: Joi.Root): Joi.Schema {
  return joi.array().items(policyRule(joi));
}

function promptRule(joi: Joi.Root): Joi.Schema {
  const isPrompt = (value: unknown): boolean =>
    hasMembers(value, 'key', 'kind') && hasFunctions(value, 'required', 'initial');
  return madeBy(joi, isPrompt, "text({ key: 'team', label: 'Team' })");
}

export function promptsRule(joi: Joi.Root): Joi.Schema {
  return joi.array().items(promptRule(joi));
}

/** Standard fields by name, and the app's own prompts. */
export function fieldsRule(joi: Joi.Root, ...names: readonly string[]): Joi.Schema {
  return joi
    .array()
    .items(
      joi.alternatives().conditional(joi.string().allow(''), { then: joi.valid(...names), otherwise: promptRule(joi) }),
    );
}

/** Stages, each alone or with its binding. */
export function stagesRule(joi: Joi.Root): Joi.Schema {
  const binding: SettingRules<StageBindingSpec> = {
    ...guardRules(joi),
    stage: stageRule(joi).required(),
    order: numberRule(joi),
    key: joi.string().allow(''),
    evaluateOnPlan: joi.boolean(),
    reEvaluatePolicies: joi.boolean(),
    invalidResponseAction: joi.string(),
  };
  return joi.array().items(eitherOf(joi, 'stage', joi.object({ ...binding }), stageRule(joi)));
}

/** Policies of a flow or of a stage binding. */
export function guardRules(joi: Joi.Root): SettingRules<PolicySetSpec> {
  const binding: SettingRules<PolicyBindingSpec> = {
    policy: policyRule(joi).required(),
    order: numberRule(joi),
    negate: joi.boolean(),
    enabled: joi.boolean(),
    timeoutSeconds: numberRule(joi),
    failureResult: joi.boolean(),
    expires: instantRule(joi).allow(null),
    dryRun: joi.boolean(),
  };
  const policies = joi.array().items(eitherOf(joi, 'policy', joi.object({ ...binding }), policyRule(joi)));
  return { policies, mode: joi.string() };
}

function instantRule(joi: Joi.Root): Joi.AnySchema {
  return joi
    .any()
    .custom((value: unknown, helpers) => {
      const problem = instantProblem(value);
      return problem === null ? value : helpers.error('instant', { problem });
    })
    .messages({ instant: '{{#label}} {{#problem}}' });
}

function stageRule(joi: Joi.Root): Joi.Schema {
  const isStage = (value: unknown): boolean =>
    hasMembers(value, 'kind', 'asking') && (hasFunctions(value, 'run') || hasFunctions(value, 'challenge', 'respond'));
  return madeBy(joi, isStage, "userLogin({ name: 'user-login' })");
}

/** A record with the key, or a plain value. */
function eitherOf(joi: Joi.Root, key: string, record: Joi.Schema, alone: Joi.Schema): Joi.Schema {
  const has = joi.object({ [key]: joi.any().exist() }).unknown(true);
  return joi.alternatives().conditional(has, { then: record, otherwise: alone });
}
