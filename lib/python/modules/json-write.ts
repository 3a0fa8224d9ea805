import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { floatText } from '../values/float-text.js';
import { isOrdered, nestedIn } from '../values/protocols.js';
import { isObject, typeName } from '../values/type-of.js';
import type { Value } from '../values/value.js';

interface WriteSettings {
  readonly isAscii: boolean;
  /** `null`: on one line. */
  readonly indent: string | null;
  readonly separators: readonly [string, string];
  readonly isSorted: boolean;
}

/** `json.dumps`. @throws TypeError of Python */
export function writeJson(m: Machine, value: Value, settings: WriteSettings, level = 0): string {
  m.step();
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return 'NaN';
    return Number.isFinite(value) ? floatText(value) : value > 0 ? 'Infinity' : '-Infinity';
  }
  if (typeof value === 'string') return quoted(m, value, settings.isAscii);
  if (isObject(value) && (value.type === 'list' || value.type === 'tuple'))
    return nested(
      m,
      '[]',
      value.items.map((item) => () => writeJson(m, item, settings, level + 1)),
      settings,
      level,
    );
  if (!isObject(value) || value.type !== 'dict')
    return raise(m, 'TypeError', `Object of type ${typeName(m, value)} is not JSON serializable`);
  const entries = [...value.entries.values()];
  if (settings.isSorted) entries.sort((one, other) => (isOrdered(m, '<', one.key, other.key) ? -1 : 1));
  const parts = entries.map(
    (entry) => () =>
      `${quoted(m, keyText(m, entry.key), settings.isAscii)}${settings.separators[1]}${writeJson(m, entry.value, settings, level + 1)}`,
  );
  return nested(m, '{}', parts, settings, level);
}

function nested(
  m: Machine,
  brackets: string,
  parts: readonly (() => string)[],
  { indent, separators }: WriteSettings,
  level: number,
): string {
  if (parts.length === 0) return brackets;
  const texts = nestedIn(m, () => parts.map((part) => part()));
  const [open = '', close = ''] = brackets;
  const inner = indent === null ? '' : `\n${indent.repeat(level + 1)}`;
  const end = indent === null ? '' : `\n${indent.repeat(level)}`;
  const text = `${open}${inner}${texts.join(`${separators[0]}${inner}`)}${end}${close}`;
  m.allocateText(text.length);
  return text;
}

/** A key as `json.dumps` writes it. @throws TypeError of Python */
export function keyText(m: Machine, key: Value): string {
  if (typeof key === 'string') return key;
  if (isObject(key))
    return raise(m, 'TypeError', `keys must be str, int, float, bool or None, not ${typeName(m, key)}`);
  if (typeof key === 'number') return floatText(key);
  return key === null ? 'null' : String(key);
}

function quoted(m: Machine, text: string, isAscii: boolean): string {
  m.allocateText(text.length);
  const shown = JSON.stringify(text);
  return isAscii
    ? shown.replaceAll(/[\x7f-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : shown;
}
