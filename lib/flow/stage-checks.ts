import type Joi from 'joi';
import type { JsonObject } from '../base/json.js';
import { namesRule, rule, textsRule, messageRule } from '../base/setting-rules.js';
import { refuseSettings, schemaCheck, settingsCheck, type SettingRules } from '../base/settings.js';
import { pageDirectives, pageSource, type PageSources } from './content-security-policy.js';
import type { ContextKey } from './context.js';
import type { Answers } from './policy.js';
import { wordingRules } from './page-wording.js';
import { policiesRule } from './setting-rules.js';
import type { AskingSpec, SilentSpec } from './stage-spec.js';

type CommonSpec = Pick<
  AskingSpec<object, JsonObject, Answers, ContextKey>,
  'kind' | 'factory' | 'settings' | 'messages' | 'needs' | 'requires' | 'consumes' | 'destructive' | 'leadsTo'
>;

const commonRules = (joi: Joi.Root): SettingRules<CommonSpec> => ({
  kind: joi.string().required(),
  factory: joi.string(),
  settings: joi.function(),
  messages: textsRule(joi),
  needs: rule(joi, (value) => Array.isArray(value) || typeof value === 'function', 'must be an array or a function'),
  requires: rule(joi, (value) => Array.isArray(value) || typeof value === 'function', 'must be an array or a function'),
  consumes: joi.function(),
  destructive: joi.boolean(),
  leadsTo: joi.function(),
});

export const checkAskingSpec = settingsCheck<AskingSpec<object, JsonObject, Answers, ContextKey>>(
  'defineStage',
  (joi) => ({
    ...commonRules(joi),
    component: joi.string().required(),
    view: joi.string().required(),
    writes: rule(joi, (value) => Array.isArray(value) || typeof value === 'function', 'must be an array or a function'),
    fields: joi.function().required(),
    listFields: joi.function(),
    textFields: joi.function(),
    fileFields: joi.function(),
    serverFields: joi.function(),
    hiddenFields: joi.function(),
    entryLinkFields: joi.function(),
    secretFields: joi.function(),
    oneTimeCodeFields: joi.function(),
    newPasswordFields: joi.function(),
    looksUpAccounts: joi.function(),
    asksSource: joi.function(),
    offersSources: joi.valid('sign-up', 'sign-in', 'proof', 'connection'),
    pageOnly: joi.boolean(),
    acceptsInvitations: joi.boolean(),
    needsRecentAuthentication: joi.boolean(),
    listsSettings: joi.boolean(),
    secondFactor: joi.function(),
    lacksProof: joi.function(),
    isUnanswerable: joi.function(),
    fieldsToVerify: joi.function(),
    verifies: joi.function(),
    contentSecurityPolicy: eitherFunctionOr(joi, pageSourcesRule(joi)),
    texts: joi.function(),
    submit: joi.function(),
    links: joi.function(),
    satisfied: joi.function(),
    arrive: joi.function(),
    challenge: joi.function().required(),
    read: joi.function().required(),
    respond: joi.function().required(),
  }),
);

function eitherFunctionOr(joi: Joi.Root, other: Joi.Schema): Joi.Schema {
  return joi.alternatives().conditional(joi.function(), { then: joi.function(), otherwise: other });
}

function pageSourcesRule(joi: Joi.Root): Joi.ObjectSchema {
  return joi.object(Object.fromEntries(pageDirectives.map((name) => [name, joi.array().items(pageSourceRule(joi))])));
}

/** What a function returned as `contentSecurityPolicy`: it may come from an object of the app. @throws ERR_ENROLLMENT_CONFIG */
export function checkPageSources(kind: string, settings: object, sources: PageSources): void {
  const issues = pageSourcesIssues({ contentSecurityPolicy: sources });
  refuseSettings(`${kind} stage`, settings, issues);
}

const pageSourcesIssues = schemaCheck((joi) => joi.object({ contentSecurityPolicy: pageSourcesRule(joi) }));

function pageSourceRule(joi: Joi.Root): Joi.Schema {
  return joi.string().pattern(pageSource).messages({
    'string.pattern.base': "{{#label}} must be an https origin or path, such as https://captcha.example, or 'self'",
  });
}

export const checkSilentSpec = settingsCheck<SilentSpec<object, ContextKey>>('defineSilentStage', (joi) => ({
  ...commonRules(joi),
  hasSideEffects: joi.boolean().required(),
  requiresConfirmation: joi.boolean(),
  signsIn: joi.boolean(),
  connects: joi.boolean(),
  changesAddress: joi.function(),
  restoresAddress: joi.boolean(),
  joinsWaitlist: joi.boolean(),
  readsCode: joi.function(),
  alwaysEnds: joi.valid('denied', 'redirected'),
  leadsToOrigins: joi.function(),
  words: joi.alternatives(
    joi.function(),
    joi.object({ title: messageRule(joi), text: messageRule(joi), submit: messageRule(joi), keep: messageRule(joi) }),
  ),
  creates: joi.function(),
  writes: namesRule(joi),
  run: joi.function().required(),
}));

/** The check of a stage factory's settings: its own ones, where it has rules for them, and those of every stage. */
export function stageCheck(
  { kind, settings: rulesOf }: { readonly kind: string; readonly settings?: (joi: Joi.Root) => object },
  asking: boolean,
): (settings: object) => void {
  const issuesOf = schemaCheck((joi) =>
    joi
      .object({
        name: joi.string().required().allow(''),
        ...wordingRules(joi),
        configureFlow: joi.string(),
        destructive: joi.boolean(),
        ...(asking ? { validation: policiesRule(joi) } : {}),
        ...rulesOf?.(joi),
      })
      .unknown(rulesOf === undefined),
  );
  return (settings) => refuseSettings(`${kind} stage`, settings, issuesOf(settings));
}
