import { builtin } from '../../python/types/define.js';
import { asInteger, asText } from '../../python/types/arguments.js';
import { raise } from '../../python/run/raise.js';
import { textOf } from '../../python/values/protocols.js';
import { isObject } from '../../python/values/type-of.js';
import type { Machine, Run } from '../../python/run/machine.js';
import type { Value } from '../../python/values/value.js';
import { awaited } from '../awaited.js';
import type { Asked } from '../asked.js';
import { shownObjectOf } from '../json-values.js';
import type { PythonLookups } from '../lookups.js';

/** `ak_create_event("login_failed", reason="…")` */
export function akCreateEvent({ lookups: { createEvent } }: Asked): Value {
  return builtin('ak_create_event', 'action, **data', function* (m, [action = '', data = null]): Run {
    const name = textOf(m, action);
    if (createEvent !== undefined) yield* awaited(() => createEvent(name, shownObjectOf(m, data)));
    return null;
  });
}

/** `ak_send_email("ann@example.com", "Hello", body="…")`. A stage cannot be given. */
export function akSendEmail({ lookups: { sendEmail } }: Asked): Value {
  return builtin(
    'ak_send_email',
    'address, subject, body=, template=, context=, cc=, bcc=',
    function* (m, [to = null, subject, body = null, template = null, context = null, cc = null, bcc = null]): Run {
      if ((body === null) === (template === null))
        return raise(m, 'ValueError', 'either body or template must be given');
      const mail = {
        to: addressesOf(m, to),
        subject: asText(m, subject),
        body: body === null ? null : asText(m, body),
        template: template === null ? null : asText(m, template),
        context: context === null ? {} : shownObjectOf(m, context),
        cc: addressesOf(m, cc),
        bcc: addressesOf(m, bcc),
      };
      if (mail.to.length === 0) return raise(m, 'ValueError', 'an address is required');
      if (sendEmail !== undefined) yield* awaited(() => sendEmail(mail));
      return true;
    },
  );
}

function addressesOf(m: Machine, value: Value): readonly string[] {
  if (value === null || value === '') return [];
  const list = isObject(value) && (value.type === 'list' || value.type === 'tuple') ? value.items : [value];
  m.allocateMembers(list.length);
  return list.map((one) => asText(m, one));
}

/** `resolve_dns("example.com", 4)`; nothing where the look-up fails, as in authentik. */
export function resolveDns({ lookups: { resolveDns: resolve } }: Asked): Value {
  return builtin('resolve_dns', 'host, ip_version=', function* (m, [host, version = null]): Run {
    const name = asText(m, host);
    const wanted = version === null ? null : asInteger(m, version) === 6n ? 6 : 4;
    const found = resolve === undefined ? [] : yield* awaited(() => answerOf(() => resolve(name, wanted), []));
    m.allocateMembers(found.length);
    return { type: 'list', items: [...found] };
  });
}

/** `reverse_dns("192.0.2.1")`; the address itself where it has no name. */
export function reverseDns({ lookups: { reverseDns: reverse } }: Asked): Value {
  return builtin('reverse_dns', 'ip_addr', function* (m, [address = '']): Run {
    const text = textOf(m, address);
    return reverse === undefined ? text : yield* awaited(() => answerOf(() => reverse(text), text));
  });
}

async function answerOf<T>(ask: () => T | PromiseLike<T>, otherwise: T): Promise<T> {
  try {
    return await ask();
  } catch {
    return otherwise;
  }
}

/** The helpers that need a function of the app, and its name. */
export const neededLookups = {
  ak_create_event: 'createEvent',
  ak_send_email: 'sendEmail',
  resolve_dns: 'resolveDns',
  reverse_dns: 'reverseDns',
} as const satisfies Record<string, keyof PythonLookups>;
