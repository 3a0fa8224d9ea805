import type { Machine } from '../run/machine.js';
import type { PyModule, Value } from '../values/value.js';
import { asInteger, asText } from '../types/arguments.js';
import { builtins } from '../types/define.js';
import { exceptionClasses } from '../types/exceptions.js';
import type { Bound } from '../types/signature.js';
import { isTrue, textOf } from '../values/protocols.js';

/** Expressions have no catalogs of their own: a text is its own translation. */
const same = ['message', (m: Machine, [text]: Bound) => asText(m, text)] as const;
const plural = [
  'singular, plural, number',
  (m: Machine, [one, many, count]: Bound) => asText(m, asInteger(m, count) === 1n ? one : many),
] as const;

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#x27;'],
]);

function escaped(m: Machine, value: Value, withQuotes = true): string {
  const text = textOf(m, value).replaceAll(withQuotes ? /[&<>"']/g : /[&<>]/g, (one) => entities.get(one) ?? one);
  m.allocateText(text.length);
  return text;
}

/** What expressions use of Django and of Python's `html`. */
export const gettextModules: readonly PyModule[] = [
  {
    type: 'module',
    name: 'django.utils.translation',
    members: builtins({
      gettext: same,
      gettext_lazy: same,
      gettext_noop: same,
      ngettext: plural,
      ngettext_lazy: plural,
    }),
  },
  {
    type: 'module',
    name: 'django.utils.html',
    members: builtins({ escape: ['text', (m, [text = null]) => escaped(m, text)] }),
  },
  {
    type: 'module',
    name: 'html',
    members: builtins({
      escape: ['s, quote=', (m, [text, quote = true]) => escaped(m, asText(m, text), isTrue(m, quote))],
    }),
  },
  {
    type: 'module',
    name: 'django.core.exceptions',
    members: new Map(
      ['ValidationError', 'ObjectDoesNotExist', 'MultipleObjectsReturned'].map((name) => [
        name,
        exceptionClasses.get(name) ?? null,
      ]),
    ),
  },
];
