import { messageRule, namesRule, hasFunctions, hasMembers, madeBy } from '../base/setting-rules.js';
import { refuseSettings, settingsCheck } from '../base/settings.js';
import { kitPolicy, type Policy, type Verdict } from '../flow/policy.js';
import { toMessage, type MessageLike } from '../flow/prompt.js';
import { accountOf } from '../policies/account-of.js';
import { compilePython, type CompiledPython } from '../python/compile.js';
import { pythonLimits, type PythonLimits } from '../python/limits.js';
import { truthOf } from '../python/truth-of.js';
import { concealedIn, type Asked } from './asked.js';
import { policyEnvironment } from './environment.js';
import { evaluate } from './evaluate.js';
import { noteFixedAnswers } from './fixed-answers.js';
import { isCalled, revealedFor } from './helpers/call-policy.js';
import { lookupsRule } from './lookups-rule.js';
import type { PythonLookups } from './lookups.js';

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
  /**
   * For `ak_is_group_member`: the groups that contain a group, by its name; members of it are theirs, too, ten levels up.
   * Default: only the profile's own groups count.
   */
  readonly parents?: Readonly<Record<string, readonly string[]>>;
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
    lookups: lookupsRule(joi),
    parents: joi.object().pattern(joi.string(), namesRule(joi)),
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
  const { name = 'python', fields = [], consumes = [], message, lookups = {}, parents = {}, policies = {} } = settings;
  const said = message === undefined ? null : toMessage(message);
  const compiled = compile(source, settings, lookups);
  return kitPolicy('pythonPolicy', [source, keptOf(settings)], {
    name,
    fields,
    consumes,
    writes: ['prompt_data'],
    async check(question): Promise<Verdict<'prompt_data'>> {
      const account = compiled.mentions(/user/i) ? await accountOf(question) : null;
      const asked: Asked = {
        policy: name,
        question,
        lookups,
        parents: new Map(Object.entries(parents)),
        policies,
        account,
        consumes: [...consumes, ...(question.consumed ?? [])],
        messages: [],
        isKept: !isCalled(question),
        revealed: revealedFor(question),
      };
      const { result, changed, removed } = await evaluate(compiled, asked);
      if (result === null)
        question.services.log.warn({ policy: name }, `the policy '${name}' returned None, which fails`);
      const pass = result !== null && truthOf(result);
      if (!pass) return { pass, messages: asked.messages.length > 0 || said === null ? asked.messages : [said] };
      noteFixedAnswers(asked, { changed, removed });
      return {
        pass,
        // They may wait in the plan for the next page. An expression that asks decides by what they say.
        messages: asked.isKept ? asked.messages.map((one) => concealedIn(asked, one)) : asked.messages,
        // Only what changed: the rest may be answers of this form, from before it was sent again.
        ...(Object.keys(changed).length === 0 ? {} : { patch: { prompt_data: changed } }),
        ...(removed.length === 0 ? {} : { removes: removed }),
      };
    },
  });
}

/** What an export writes: neither where the text came from, nor the lookups, which are those of the app that imports it. */
function keptOf({
  name = 'python',
  policies = {},
  file: _file,
  firstLine: _line,
  lookups: _,
  ...rest
}: PythonPolicySettings) {
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return { name, ...Object.fromEntries(given), ...(Object.keys(policies).length === 0 ? {} : { policies }) };
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
