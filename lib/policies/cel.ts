import { messageRule, namesRule } from '../base/setting-rules.js';
import { refuseSettings, settingsCheck } from '../base/settings.js';
import { kitPolicy, type Policy } from '../flow/policy.js';
import { toMessage, type MessageLike } from '../flow/prompt.js';
import { accountOf } from './account-of.js';
import { celExpression, CelMistakes, type CelExpression } from './cel-expression.js';
import { celVariables } from './cel-values.js';

interface CelPolicySettings {
  /** Default `cel`. */
  readonly name?: string;
  /** The answers that it reads; the message stands beside the first. Default none. */
  readonly fields?: readonly string[];
  /** Said when it fails. Default: a default message. */
  readonly message?: MessageLike;
}

const check = settingsCheck<CelPolicySettings>('celPolicy', (joi) => ({
  name: joi.string(),
  fields: namesRule(joi),
  message: messageRule(joi),
}));

/**
 * A policy as a text in the Common Expression Language: `celPolicy('"staff" in user.groups')`. The text is the
 * developer's; nothing of a request ever becomes part of it. An error while it is evaluated is no verdict: see
 * `failureResult`.
 * @throws ERR_ENROLLMENT_CONFIG for mistakes in the text, each with line and column
 */
export function celPolicy(expression: string, settings: CelPolicySettings = {}): Policy {
  check(settings);
  const { name = 'cel', fields = [], message } = settings;
  const compiled = compile(expression, settings);
  const said = message === undefined ? null : toMessage(message);
  return kitPolicy('celPolicy', [expression, settings], {
    name,
    fields,
    async check(question) {
      const account = compiled.readsUser ? await accountOf(question) : null;
      const pass = compiled.evaluate((checkSize) => celVariables(question, account, checkSize));
      if (typeof pass !== 'boolean') throw new Error(`the expression is a ${typeof pass}, not true or false`);
      return pass || (said ?? false);
    },
  });
}

function compile(expression: unknown, settings: CelPolicySettings): CelExpression {
  if (typeof expression !== 'string') return refused(settings, ['the expression must be a text']);
  try {
    return celExpression(expression);
  } catch (error) {
    if (!(error instanceof CelMistakes)) throw error;
    return refused(settings, error.mistakes);
  }
}

function refused(settings: CelPolicySettings, mistakes: readonly string[]): never {
  refuseSettings('celPolicy', settings, mistakes);
  throw new Error('a mistake was not reported');
}
