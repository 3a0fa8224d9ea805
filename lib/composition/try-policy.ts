import { deepestCause } from '../base/deepest-cause.js';
import { didYouMean } from '../base/did-you-mean.js';
import { randomId } from '../base/ids.js';
import type { Json } from '../base/json.js';
import type { Message } from '../base/message.js';
import { Secret, isSecretName } from '../base/secret.js';
import { evaluate } from '../executor/policy-engine.js';
import type { Context } from '../flow/context.js';
import type { StageContext } from '../flow/facts.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import { policySetOf } from '../flow/policy-set.js';
import { policiesOf } from '../flow/flows.js';
import type { PlanAction, Policy } from '../flow/policy.js';
import type { Web } from '../http/web.js';

/** The person and the situation that a policy is asked about; everything may be left out. */
export interface PolicyTrial {
  /** The id of the signed-in user. */
  readonly user?: string;
  /** The context of the plan. */
  readonly context?: Context;
  /** The answers of the form, by field. */
  readonly answers?: Readonly<Record<string, Json>>;
  /** The client; default `192.0.2.1`. */
  readonly address?: string;
  /** What the client says that it is: `User-Agent`; default: nothing. */
  readonly userAgent?: string;
  /** The language of the messages; default English. */
  readonly locale?: string;
  /** The slug of the flow; default: one without stages. */
  readonly flow?: string;
  /** Default 30. */
  readonly timeoutSeconds?: number;
}

export interface PolicyReport {
  readonly policy: string;
  readonly pass: boolean;
  readonly messages: readonly { readonly id: string; readonly text: string }[];
  /** The keys of the context that it would set. */
  readonly sets: readonly string[];
  readonly actions: readonly PlanAction[];
  readonly retryAfterSeconds: number | null;
  readonly milliseconds: number;
  /** Why it gave no verdict; `null`: it did. */
  readonly error: string | null;
}

interface Parts {
  readonly web: Web;
  readonly flows: readonly Flow[];
  readText(message: Message, locale: string): string;
}

/** Asks one policy. Nothing is stored, logged or emitted by the kit. */
export async function tryPolicy(parts: Parts, named: Policy | string, trial: PolicyTrial = {}): Promise<PolicyReport> {
  const policy = typeof named === 'string' ? policyOf(parts.flows, named) : named;
  const { context: executor, clock } = parts.web;
  const { locale = 'en', timeoutSeconds = 30 } = trial;
  const errors: unknown[] = [];
  const silent = (): void => undefined;
  const error = (fields: object): void => void errors.push(Reflect.get(fields, 'err'));
  const secrets = Object.entries(trial.answers ?? {}).flatMap(([key, value]) =>
    isSecretName(key) && typeof value === 'string' && value !== '' ? [value] : [],
  );
  const concealed = (text: string): string => secrets.reduce((left, secret) => left.replaceAll(secret, '•••'), text);
  const at: StageContext = {
    facts: Object.freeze({
      act: true,
      address: trial.address ?? '192.0.2.1',
      userAgent: trial.userAgent ?? null,
      locale,
      now: clock.now(),
      entryLink: {},
      ...(trial.user === undefined ? {} : { user: trial.user }),
    }),
    flow: flowOf(parts.flows, trial.flow),
    enrollmentId: randomId(),
    step: 'trial',
    context: Object.freeze({ ...trial.context }),
    services: executor.services,
    signal: new AbortController().signal,
  };
  const answers = Object.fromEntries(
    Object.entries(trial.answers ?? {}).map(([key, value]) => [
      key,
      isSecretName(key) && typeof value === 'string' ? new Secret(value) : value,
    ]),
  );
  if (policy.readsReputation) executor.services.reputation.activate();
  const startedAt = performance.now();
  const judged = await evaluate(
    { ...executor, events: silent, log: { info: silent, warn: silent, error } },
    policySetOf({ policies: [{ policy, timeoutSeconds }] }),
    at,
    () => answers,
  );
  return {
    policy: policy.name,
    pass: judged.pass,
    messages: judged.messages.map(({ message }) => ({
      id: message.id,
      text: concealed(parts.readText(message, locale)),
    })),
    sets: Object.keys(judged.patch),
    actions: judged.actions,
    retryAfterSeconds: judged.retryAfterSeconds,
    milliseconds: Math.round((performance.now() - startedAt) * 10) / 10,
    error: errors.length === 0 ? null : concealed(deepestCause(errors[0])),
  };
}

function policyOf(flows: readonly Flow[], name: string): Policy {
  const policies = policiesOf(flows);
  const found = policies.find((policy) => policy.name === name);
  if (found !== undefined) return found;
  const names = policies.map((policy) => policy.name);
  throw new TypeError(`no flow has a policy '${name}'${didYouMean(name, [...new Set(names)])}`);
}

function flowOf(flows: readonly Flow[], slug: string | undefined): Flow {
  if (slug === undefined)
    return defineFlow({ slug: 'trial', title: 'Trial', designation: 'authorization', stages: [] });
  const found = flows.find((flow) => flow.slug === slug);
  if (found === undefined)
    throw new TypeError(
      `there is no flow '${slug}'${didYouMean(
        slug,
        flows.map((flow) => flow.slug),
      )}`,
    );
  return found;
}
