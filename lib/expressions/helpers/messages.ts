import { verbatimMessage } from '../../base/percent-text.js';
import type { HostValue } from '../../python/check/environment.js';
import { builtin } from '../../python/types/define.js';
import { textOf } from '../../python/values/protocols.js';
import { isObject } from '../../python/values/type-of.js';
import type { Machine } from '../../python/run/machine.js';
import type { PyRecord, Value } from '../../python/values/value.js';
import { concealed, type Asked } from '../asked.js';
import { shownObjectOf } from '../json-values.js';

const mostMessages = 20;
const longestMessage = 1000;
const longestFields = 4000;

/** `ak_message("…")`: shown as an error where the policy fails, else as a notice. */
export function akMessage({ messages }: Asked): Value {
  return builtin('ak_message', 'message, /', (m, [message = null]) => {
    const text = textOf(m, message);
    if (messages.length < mostMessages && text.trim() !== '')
      messages.push(verbatimMessage([...text].slice(0, longestMessage).join('')));
    return null;
  });
}

/** `ak_logger`: the app's log. */
export function akLogger(asked: Asked): PyRecord {
  const { log } = asked.question.services;
  const at = (name: string, level: 'info' | 'warn' | 'error'): [string, Value] => [
    name,
    builtin(name, 'event=, *args, **fields', (m, [event = '', , fields = null]) => {
      log[level]({ policy: asked.policy, ...fieldsOf(m, asked, fields) }, shown(m, asked, event));
      return null;
    }),
  ];
  const attributes = new Map([
    at('debug', 'info'),
    at('info', 'info'),
    at('warning', 'warn'),
    at('warn', 'warn'),
    at('error', 'error'),
    at('exception', 'error'),
    at('critical', 'error'),
  ]);
  return { type: 'record', className: 'Logger', attributes, text: 'Logger' };
}

export const loggerAttributes = ['debug', 'info', 'warning', 'warn', 'error', 'exception', 'critical'] as const;

/** What a check knows of `ak_logger`. */
export const hostLogger: HostValue = {
  is: 'record',
  name: 'ak_logger',
  attributes: Object.fromEntries(loggerAttributes.map((name) => [name, null])),
};

function shown(m: Machine, asked: Asked, event: Value): string {
  return line(m, asked, textOf(m, event), longestMessage);
}

/** Fields of the log, without secrets. */
function fieldsOf(m: Machine, asked: Asked, fields: Value): object {
  if (!isObject(fields) || fields.type !== 'dict' || fields.entries.size === 0) return {};
  // In JSON, a quotation mark of a secret looks different.
  const cut = (_: string, value: unknown): unknown =>
    typeof value === 'string' ? line(m, asked, value, longestFields) : value;
  return { fields: line(m, asked, JSON.stringify(shownObjectOf(m, fields), cut), longestFields) };
}

/** The search for secrets takes steps of the run. */
function line(m: Machine, asked: Asked, text: string, longest: number): string {
  m.visit(Math.min(text.length, longest) * (1 + asked.revealed.passes));
  return concealed(asked, text, longest);
}
