import { messageRule, namesRule, hasFunctions, hasMembers, madeBy } from '../base/setting-rules.js';
import { refuseSettings, settingsCheck } from '../base/settings.js';
import { mergeDeep } from '../base/json.js';
import { definePolicy, type Policy, type Verdict } from '../flow/policy.js';
import { toMessage, type MessageLike } from '../flow/prompt.js';
import { accountOf } from '../policies/account-of.js';
import { compilePython, type CompiledPython } from '../python/compile.js';
import { pythonLimits, type PythonLimits } from '../python/limits.js';
import { truthOf } from '../python/truth-of.js';
import type { Value } from '../python/values/value.js';
import { concealed, type Asked } from './asked.js';
import { contextDict, promptData, requestUser } from './context-values.js';
import { policyEnvironment } from './environment.js';
import { policyGlobals } from './globals.js';
import type { PythonLookups } from './lookups.js';
import { modelModules } from './models.js';
import { httpRequestRecord, requestRecord } from './request-records.js';

export interface PythonPolicySettings {
  /** Default `python`. */
  readonly name?: string;
  /** The answers that it reads; its messages stand beside the first. Default none. */
  readonly fields?: readonly string[];
  /** Answers that are not kept in the plan, such as codes. Default none. */
  readonly consumes?: readonly string[];
  /** Said when it fails without a message of its own. Default: a default message. */
  readonly message?: MessageLike;
  /** What the expression may ask the app. */
  readonly lookups?: PythonLookups;
  /** The policies that `ak_call_policy` may ask, by name. */
  readonly policies?: Readonly<Record<string, Policy>>;
  /** Lower or higher limits of one run. */
  readonly limits?: Partial<PythonLimits>;
  /** The file that the source comes from, for messages; default `name`. */
  readonly file?: string;
  /** The line of the file at which the source begins; default 1. */
  readonly firstLine?: number;
}

const check = settingsCheck<PythonPolicySettings>('pythonPolicy', (joi) => {
  const amount = joi.number().integer().min(1);
  return {
    name: joi.string(),
    fields: namesRule(joi),
    consumes: namesRule(joi),
    message: messageRule(joi),
    lookups: joi.object({
      createEvent: joi.function(),
      sendEmail: joi.function(),
      resolveDns: joi.function(),
      reverseDns: joi.function(),
      locate: joi.function(),
      groupAttributes: joi.function(),
      systemSettings: joi.object().unknown(),
    }),
    policies: joi.object().pattern(
      joi.string(),
      madeBy(joi, (value) => hasMembers(value, 'name') && hasFunctions(value, 'check'), 'passwordsMatch()'),
    ),
    limits: joi.object(Object.fromEntries(Object.keys(pythonLimits).map((name) => [name, amount]))),
    file: joi.string(),
    firstLine: amount,
  };
});

/**
 * An expression policy of authentik: the body of a function in Python, which returns whether the policy passes. The text
 * is the administrator's; nothing of a request ever becomes part of it. It runs in an evaluator of the kit, which has no
 * way to the process: see docs/python-expressions.md. `None` fails with a warning in the log; an exception, and a run
 * above a limit, is no verdict: see `failureResult`.
 * @throws ERR_ENROLLMENT_CONFIG for everything in the text that can be known to be wrong or unsupported, each with its
 *   line and column
 */
export function pythonPolicy(source: string, settings: PythonPolicySettings = {}): Policy {
  check(settings);
  const { name = 'python', fields = [], consumes = [], message, lookups = {}, policies = {} } = settings;
  const said = message === undefined ? null : toMessage(message);
  const compiled = compile(source, settings, lookups);
  return definePolicy<'prompt_data'>({
    name,
    fields,
    consumes,
    writes: ['prompt_data'],
    async check(question): Promise<Verdict<'prompt_data'>> {
      const account = compiled.mentions(/user/i) ? await accountOf(question) : null;
      const asked: Asked = { policy: name, question, lookups, policies, account, messages: [], revealed: new Set() };
      const { result, changed } = await evaluate(compiled, asked);
      if (result === null)
        question.services.log.warn({ policy: name }, `the policy '${name}' returned None, which fails`);
      const pass = result !== null && truthOf(result);
      if (!pass) return { pass, messages: asked.messages.length > 0 || said === null ? asked.messages : [said] };
      return Object.keys(changed).length === 0
        ? { pass, messages: asked.messages }
        : {
            pass,
            messages: asked.messages,
            patch: { prompt_data: mergeDeep(question.context.prompt_data ?? {}, changed) },
          };
    },
  });
}

async function evaluate(compiled: CompiledPython, asked: Asked) {
  const { question, lookups } = asked;
  const data = promptData(asked);
  const needsPlace = lookups.locate !== undefined && compiled.mentions(/geoip|asn/);
  const location = needsPlace ? ((await lookups.locate?.(question.facts.address)) ?? null) : null;
  const context = contextDict(asked, data, location);
  const user = requestUser(asked);
  const http = httpRequestRecord(asked, user);
  const request = requestRecord(asked, { user, http, context });
  try {
    const result: Value = await compiled.run({
      globals: policyGlobals(asked, { request, context, http, user }),
      modules: modelModules(asked),
      now: () => question.facts.now,
      isAborted: () => question.signal.aborted,
      print: (text) => question.services.log.info({ policy: asked.policy }, concealed(asked, text.slice(0, 1000))),
    });
    return { result, changed: data.changes() };
  } catch (error) {
    throw withoutSecrets(asked, error);
  }
}

/** An exception of an expression may quote what was typed. */
function withoutSecrets(asked: Asked, error: unknown): unknown {
  if (!(error instanceof Error) || asked.revealed.size === 0) return error;
  const shown = concealed(asked, error.message);
  if (shown === error.message) return error;
  return Object.assign(new Error(shown), { name: error.name });
}

function compile(source: unknown, settings: PythonPolicySettings, lookups: PythonLookups): CompiledPython {
  if (typeof source !== 'string') return refused(settings, ['the expression must be a text']);
  const { name = 'python', file = name, firstLine = 1, limits = {} } = settings;
  const compiled = compilePython(source, {
    file,
    firstLine,
    limits,
    environment: policyEnvironment(lookups, Object.keys(settings.policies ?? {})),
  });
  if (compiled.problems.length === 0) return compiled;
  return refused(
    settings,
    compiled.problems.map(({ line, column, message }) => `line ${String(line)}, column ${String(column)}: ${message}`),
  );
}

function refused(settings: PythonPolicySettings, mistakes: readonly string[]): never {
  refuseSettings('pythonPolicy', settings, mistakes);
  throw new Error('a mistake was not reported');
}
