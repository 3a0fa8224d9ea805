import { filledPercentText, percentTextOf } from '../../base/percent-text.js';
import { isForbiddenKey } from '../../base/json.js';
import type { HostValue } from '../../python/check/environment.js';
import { builtin } from '../../python/types/define.js';
import { asText } from '../../python/types/arguments.js';
import { raise } from '../../python/run/raise.js';
import type { Run } from '../../python/run/machine.js';
import type { Value } from '../../python/values/value.js';
import type { Message } from '../../base/message.js';
import type { PolicyQuestion } from '../../flow/policy.js';
import { awaited } from '../awaited.js';
import { LimitExceeded } from '../../python/limits.js';
import type { Asked } from '../asked.js';
import { revealAnswers } from '../context-values.js';
import { jsonObjectOf } from '../json-values.js';
import { createRevealedSecrets, type RevealedSecrets } from '../revealed-secrets.js';

/** The calls for one question, those of the policies that are asked included. */
const mostCalls = 50;
const called = Symbol('calls of policies');

/** A question that an expression asks: what the calls for the visitor's one question have in common. */
interface CalledQuestion extends PolicyQuestion {
  readonly [called]?: Calls;
}

interface Calls {
  count: number;
  /** A message or an argument may have what the other policy has read. */
  readonly revealed: RevealedSecrets;
}

/** The passwords and codes that the policies which ask each other have read. */
export function revealedFor(question: CalledQuestion): RevealedSecrets {
  return question[called]?.revealed ?? createRevealedSecrets();
}

/** True where another policy asks by `ak_call_policy`. */
export function isCalled(question: CalledQuestion): boolean {
  return question[called] !== undefined;
}

/** What a check knows of what `ak_call_policy` returns. */
export const hostResult = {
  is: 'record',
  name: 'the result of a policy',
  attributes: { passing: null, messages: { is: 'type', type: 'tuple' }, raw_result: null },
} as const satisfies HostValue;

export const resultAttributes = Object.keys(hostResult.attributes);

/**
 * `ak_call_policy("name", key=…)`: asks a policy of the setting `policies` with more keys in its context. What it would
 * change of the plan is not changed.
 */
export function akCallPolicy(asked: Asked): Value {
  const { policies, question, revealed } = asked;
  const { [called]: calls = { count: 0, revealed } }: CalledQuestion = question;
  return builtin('ak_call_policy', 'name, /, **context', function* (m, [name, context = null]): Run {
    const key = asText(m, name);
    const policy = Object.hasOwn(policies, key) ? policies[key] : undefined;
    if (policy === undefined) return raise(m, 'ValueError', `there is no policy '${key}'`);
    const more = Object.fromEntries(Object.entries(jsonObjectOf(m, context)).filter(([one]) => !isForbiddenKey(one)));
    calls.count += 1;
    if (calls.count > mostCalls) throw new LimitExceeded(`more than ${String(mostCalls)} policies are asked`);
    // Another policy does not say which answers it reads.
    if (policy.madeBy?.factory !== 'pythonPolicy') revealAnswers(asked, policy.consumes);
    const asking: CalledQuestion = {
      ...question,
      [called]: calls,
      context: Object.freeze({ ...question.context, ...more }),
    };
    const { pass, messages = [] } = yield* awaited(async () => {
      // Policies that ask each other would never let a timer of the process end them.
      await new Promise(setImmediate);
      return policy.check(asking);
    });
    const texts: Value = { type: 'tuple', items: messages.map(textOf) };
    const attributes = new Map<string, Value>([
      ['passing', pass],
      ['messages', texts],
      ['raw_result', pass],
    ]);
    return {
      type: 'record',
      className: 'PolicyResult',
      attributes,
      text: `PolicyResult passing=${pass ? 'True' : 'False'}`,
      truth: true,
    };
  });
}

/** A message of the kit has no text here: its id stands for it. */
function textOf(message: Message): string {
  const { id, values } = message;
  const percentText = percentTextOf(message);
  return percentText === null ? String(values?.['text'] ?? id) : filledPercentText(percentText, '%(app)s');
}
