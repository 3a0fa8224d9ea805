import type { Request, RequestHandler, Response } from 'express';
import { configError } from '../../base/config-error.js';
import { storeAway } from '../../base/error.js';
import { randomId } from '../../base/ids.js';
import { InviteRefused, isInviteRefused } from '../../base/invite-refused.js';
import { mergeDeep, setPath, type Json, type JsonObject } from '../../base/json.js';
import { message, type Message } from '../../base/message.js';
import { Secret, isSecretName } from '../../base/secret.js';
import { namesRule } from '../../base/setting-rules.js';
import { settingsCheck } from '../../base/settings.js';
import { locationOf } from '../../base/target.js';
import { evaluate, type Judgement } from '../../executor/policy-engine.js';
import { checkPolicySet } from '../../flow/check-policy-set.js';
import type { StageContext } from '../../flow/facts.js';
import { defineFlow } from '../../flow/flow.js';
import { policySetOf, type PolicyBindingSpec, type PolicySet } from '../../flow/policy-set.js';
import type { Answers, Policy } from '../../flow/policy.js';
import { guardRules } from '../../flow/setting-rules.js';
import { tenantOf } from '../app-hooks.js';
import { setRetryAfter } from '../failure.js';
import { userAgentOf } from '../user-agent.js';
import { isForeignForm } from './attempt.js';
import type { GuardParts } from './guard-settings.js';
import { declaredValues } from './request-fields.js';

/** One policy or several, each alone or with its binding. */
export type GuardingPolicies = Policy | PolicyBindingSpec | readonly (Policy | PolicyBindingSpec)[];

export interface PolicyGuardSettings {
  /** How several policies are joined. Required where there is more than one. */
  readonly mode?: 'any' | 'all';
  /** Fields of the body that policies read beside those that they name; nothing else of a request is read. */
  readonly fields?: readonly string[];
  /**
   * Fields that may have several values, such as check boxes of one name: policies get them as lists, also where there
   * is one value. A list or record in any other field is refused with 400. Default none.
   */
  readonly listFields?: readonly string[];
  /** Fields whose values are kept from logs and from `prompt_data`. Default: names with "password", "code" and the like. */
  readonly secretFields?: readonly string[];
  /** False: forms of other sites are accepted. Default true, as in `requireInvite`. */
  readonly checkOrigin?: boolean;
  /** Answers refusals instead of the app's error handler. */
  readonly onRefused?: (req: Request, res: Response, refusal: InviteRefused) => unknown;
}

type Parts<User, Data> = GuardParts<User, Data>;

const check = settingsCheck<PolicyGuardSettings & { readonly policies: unknown }>('policy()', (joi) => ({
  ...guardRules(joi),
  policies: guardRules(joi).policies.required(),
  fields: namesRule(joi),
  listFields: namesRule(joi),
  secretFields: namesRule(joi),
  checkOrigin: joi.boolean(),
  onRefused: joi.function(),
}));

const route = 'route';

/** Middleware that lets a request through where the policies pass. */
export function policyGuard<User, Data>(
  parts: Parts<User, Data>,
  policies: GuardingPolicies,
  settings: PolicyGuardSettings = {},
): RequestHandler {
  const listed = isList(policies) ? policies : [policies];
  check({ ...settings, policies: listed });
  const set = policySetOf({ policies: listed, ...(settings.mode === undefined ? {} : { mode: settings.mode }) });
  checkSet(set);
  const bound = set.bindings.map(({ policy }) => policy);
  const lists = settings.listFields ?? [];
  const fields = [...new Set([...bound.flatMap((policy) => policy.fields), ...(settings.fields ?? []), ...lists])];
  const isSecret = (key: string): boolean => settings.secretFields?.includes(key) ?? isSecretName(key);
  if (bound.some((policy) => policy.readsReputation)) parts.context.services.reputation.activate();
  // Policies see a flow; here it has no stage to insert.
  const flow = defineFlow({ slug: route, title: 'Guard', designation: 'authorization', stages: [] });

  async function judge(req: Request): Promise<Judgement> {
    const failure = parts.startFailure();
    if (failure !== null) throw storeAway('express-enrollment', failure);
    const isRead = req.method === 'GET' || req.method === 'HEAD';
    if (!isRead && settings.checkOrigin !== false && isForeignForm(parts, req))
      throw refusalOf(parts, req, 'ERR_ENROLLMENT_FOREIGN_ORIGIN', [message('guard.foreign')]);
    const values = isRead || fields.length === 0 ? {} : declaredValues(req, fields, { guard: 'policy()', lists });
    const user = parts.hasLogin ? await parts.authSession.current(req) : null;
    const at: StageContext = {
      facts: Object.freeze({
        act: !isRead,
        get address() {
          return parts.client(req);
        },
        get userAgent() {
          return userAgentOf(req);
        },
        tenant: tenantOf(parts.tenant, req),
        locale: parts.locale(req),
        now: parts.clock.now(),
        entryLink: {},
        ...(user === null
          ? {}
          : {
              user,
              authenticatedAt: parts.authSession.authenticatedAt(req),
              session: parts.authSession.sessionId(req),
            }),
      }),
      flow,
      enrollmentId: randomId(),
      step: route,
      context: Object.freeze({ prompt_data: promptData(values, isSecret) }),
      services: parts.context.services,
      signal: neverAborted,
    };
    const answers = answersOf(values, isSecret);
    return evaluate(parts.context, set, at, () => ({ ...answers }));
  }

  async function admit(req: Request, res: Response): Promise<boolean> {
    const judged = await judge(req);
    if (!judged.pass) throw refused(parts, req, judged);
    const redirect = judged.actions.find((action) => 'redirect' in action);
    if (redirect !== undefined) {
      const path = locationOf(parts.site, redirect.redirect);
      if (path === null) throw new Error('a policy redirects to what is no path of the app');
      res.redirect(303, path);
      return false;
    }
    if (judged.messages.length > 0)
      res.locals['policyMessages'] = judged.messages.map((one) => parts.text(one.message, parts.locale(req)));
    return true;
  }

  async function refuse(req: Request, res: Response, error: unknown): Promise<void> {
    setRetryAfter(res, error);
    if (!isInviteRefused(error) || settings.onRefused === undefined || res.headersSent) throw error;
    await settings.onRefused(req, res, error);
  }

  return (req, res, next) => {
    admit(req, res)
      .then(
        (isAdmitted) => {
          if (isAdmitted) next();
        },
        (error: unknown) => refuse(req, res, error),
      )
      .catch((error: unknown) => {
        next(error ?? new Error('a policy failed without a reason'));
      });
  };
}

const neverAborted = new AbortController().signal;

function isList(policies: GuardingPolicies): policies is readonly (Policy | PolicyBindingSpec)[] {
  return Array.isArray(policies);
}

/** @throws ERR_ENROLLMENT_CONFIG */
function checkSet(set: PolicySet): void {
  const gates = set.bindings.filter(({ policy }) => policy.gate);
  const issues = [
    ...checkPolicySet('policy()', set),
    ...(set.bindings.length === 0 ? ['policy(): there is no policy'] : []),
    ...gates.map(({ policy }) => `policy(): '${policy.name}' checks invitations; use requireInvite()`),
  ];
  if (issues.length > 0) throw configError(issues);
}

function answersOf(values: Readonly<Record<string, Json>>, isSecret: (key: string) => boolean): Answers {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      isSecret(key) && typeof value === 'string' ? new Secret(value) : value,
    ]),
  );
}

function promptData(values: Readonly<Record<string, Json>>, isSecret: (key: string) => boolean): JsonObject {
  return Object.entries(values)
    .filter(([key]) => !isSecret(key))
    .reduce<JsonObject>((data, [key, value]) => mergeDeep(data, setPath(key, value)), {});
}

function refused<User, Data>(parts: Parts<User, Data>, req: Request, judged: Judgement): InviteRefused {
  const failing = judged.messages.filter(({ policy }) => judged.failed.includes(policy));
  const said = failing.length === 0 ? [message('policy.denied')] : failing.map((one) => one.message);
  const inFields = failing.flatMap(({ policy, message: one }) =>
    policy.fields.slice(0, 1).map((field) => [field, one] as const),
  );
  const code =
    judged.retryAfterSeconds !== null
      ? 'ERR_ENROLLMENT_POLICY_THROTTLED'
      : inFields.length > 0
        ? 'ERR_ENROLLMENT_POLICY_REFUSED'
        : 'ERR_ENROLLMENT_POLICY_DENIED';
  return refusalOf(parts, req, code, said, { inFields, ...judged });
}

function refusalOf<User, Data>(
  parts: Parts<User, Data>,
  req: Request,
  code: ConstructorParameters<typeof InviteRefused>[0],
  said: readonly Message[],
  more: Partial<Pick<Judgement, 'reference' | 'retryAfterSeconds'>> & {
    readonly inFields?: readonly (readonly [string, Message])[];
  } = {},
): InviteRefused {
  const words = (one: Message): string => parts.text(one, parts.locale(req));
  const fields = new Map<string, string>();
  for (const [field, one] of more.inFields ?? [])
    fields.set(field, fields.has(field) ? `${fields.get(field) ?? ''} ${words(one)}` : words(one));
  return new InviteRefused(code, said.map(words).join(' '), {
    fields: Object.fromEntries(fields),
    reason: said[0]?.id ?? '',
    reference: more.reference ?? '',
    retryAfterSeconds: more.retryAfterSeconds ?? null,
  });
}
