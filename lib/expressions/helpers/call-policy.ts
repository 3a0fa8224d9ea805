import { isForbiddenKey } from '../../base/json.js';
import { builtin } from '../../python/types/define.js';
import { asText } from '../../python/types/arguments.js';
import { raise } from '../../python/run/raise.js';
import type { Run } from '../../python/run/machine.js';
import type { Value } from '../../python/values/value.js';
import type { Message } from '../../base/message.js';
import type { PolicyQuestion } from '../../flow/policy.js';
import { awaited } from '../awaited.js';
import type { Asked } from '../asked.js';
import { jsonObjectOf } from '../json-values.js';

export const resultAttributes = ['passing', 'messages', 'raw_result'] as const;

/**
 * `ak_call_policy("name", key=…)`: asks a policy of the setting `policies` with more keys in its context. What it would
 * change of the plan is not changed.
 */
export function akCallPolicy({ policies, question }: Asked): Value {
  return builtin('ak_call_policy', 'name, /, **context', function* (m, [name, context = null]): Run {
    const key = asText(m, name);
    const policy = Object.hasOwn(policies, key) ? policies[key] : undefined;
    if (policy === undefined) return raise(m, 'ValueError', `there is no policy '${key}'`);
    const more = Object.fromEntries(Object.entries(jsonObjectOf(context)).filter(([one]) => !isForbiddenKey(one)));
    const asked: PolicyQuestion = { ...question, context: Object.freeze({ ...question.context, ...more }) };
    const { pass, messages = [] } = yield* awaited(() => policy.check(asked));
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
function textOf({ id, values }: Message): string {
  return String(values?.['text'] ?? id);
}
