/** The models that flows are joined by. */
export const flowModel = 'authentik_flows.flow';
export const stageBindingModel = 'authentik_flows.flowstagebinding';
export const policyBindingModel = 'authentik_policies.policybinding';
export const brandModel = 'authentik_brands.brand';
export const groupModel = 'authentik_core.group';
export const promptModel = 'authentik_stages_prompt.prompt';

/** Parts of the app's own code, by name. */
export const codeStageModel = 'express_enrollment.stage';
export const codePolicyModel = 'express_enrollment.policy';
export const codePromptModel = 'express_enrollment.prompt';

/** Parts of the kit with settings that authentik does not have. */
export const builtInStageModel = 'express_enrollment.builtinstage';
export const builtInPolicyModel = 'express_enrollment.builtinpolicy';
export const builtInPromptModel = 'express_enrollment.builtinprompt';

export const promptStageModel = 'authentik_stages_prompt.promptstage';
export const expressionPolicyModel = 'authentik_policies_expression.expressionpolicy';
export const validateModel = 'authentik_stages_authenticator_validate.authenticatorvalidatestage';
export const passwordPolicyModel = 'authentik_policies_password.passwordpolicy';
export const uniquePasswordModel = 'authentik_policies_unique_password.uniquepasswordpolicy';

/** Policies that the app makes, under the name of the entry, each with the call that makes it. */
export const appPolicyModels: ReadonlyMap<string, string> = new Map([
  ['authentik_policies_conditional.conditionalpolicy', 'conditionalPolicy({ … })'],
  ['authentik_policies_geoip.geoippolicy', 'geoIp({ … })'],
  ['authentik_policies_event_matcher.eventmatcherpolicy', 'eventMatcher({ … })'],
]);

/** Policies about a typed password: bound to the stage that writes it, they belong to the page that asks for it. */
export const passwordModels: ReadonlySet<string> = new Set([passwordPolicyModel, uniquePasswordModel]);
