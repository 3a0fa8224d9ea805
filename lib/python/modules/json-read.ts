import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { bounded } from '../operators/integers.js';
import { emptyDict, list, setEntry } from '../values/create.js';
import { lengthOf } from '../values/code-points.js';
import { nestedIn } from '../values/protocols.js';
import type { Value } from '../values/value.js';

const constants = new Map<string, Value>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

const blank = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const word = /null|true|false|NaN|-?Infinity/y;
const quoted = /"(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;

/** `json.loads`. @throws JSONDecodeError of Python */
export function readJson(m: Machine, text: string): Value {
  m.visit(text.length * 4);
  let at = 0;

  function match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found;
  }

  function fail(reason: string): never {
    const before = text.slice(0, at);
    const line = before.split('\n').length;
    const column = lengthOf(before.slice(before.lastIndexOf('\n') + 1)) + 1;
    return raise(m, 'JSONDecodeError', `${reason}: line ${line} column ${column} (char ${lengthOf(before)})`);
  }

  function take(character: string): boolean {
    match(blank);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  }

  function read(): Value {
    m.step();
    match(blank);
    const named = match(word);
    if (named !== null) return constants.get(named[0]) ?? null;
    const digits = match(number);
    if (digits !== null) {
      const [all, fraction, exponent] = digits;
      if (fraction !== undefined || exponent !== undefined) return Number(all);
      return all.length > 2500 ? fail('a number has too many digits') : bounded(m, BigInt(all));
    }
    if (text[at] === '"') return readText();
    if (take('[')) return nested(readList);
    return take('{') ? nested(readDict) : fail('Expecting value');
  }

  function nested(inner: () => Value): Value {
    return nestedIn(m, inner);
  }

  function readText(): string {
    const found = match(quoted);
    if (found === null)
      return fail(text[at] === '"' ? 'Invalid string' : 'Expecting property name enclosed in double quotes');
    const value: unknown = JSON.parse(found[0]);
    m.allocateText(found[0].length);
    return typeof value === 'string' ? value : '';
  }

  function readList(): Value {
    const items: Value[] = [];
    if (take(']')) return list(items);
    do {
      items.push(read());
      m.growMembers(items.length, 1);
    } while (take(','));
    return take(']') ? list(items) : fail("Expecting ',' delimiter");
  }

  function readDict(): Value {
    const dict = emptyDict();
    if (take('}')) return dict;
    do {
      match(blank);
      const key = readText();
      if (!take(':')) fail("Expecting ':' delimiter");
      setEntry(m, dict, key, read());
    } while (take(','));
    return take('}') ? dict : fail("Expecting ',' delimiter");
  }

  const value = read();
  match(blank);
  return at < text.length ? fail('Extra data') : value;
}
