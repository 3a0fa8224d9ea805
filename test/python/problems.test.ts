import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { problemsIn } from '../support/python/run-python.js';

describe('the check of Python expressions', () => {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['return (', ['1:9 invalid syntax']],
    ['if x:\nreturn True', ['2:1 invalid syntax']],
    ['return 1\n   return 2', ['2:4 unexpected indent']],
    ['if True:\n    pass\n  return 2', ['3:3 unindent does not match any outer indentation level']],
    ['\treturn 1\n  return 2', ['2:3 unindent does not match any outer indentation level']],
    ['if True:\n\tx = 1\n    y = 2', ['3:5 inconsistent use of tabs and spaces in indentation']],
    ['a = 1;; b = 2', ['1:7 invalid syntax']],
    ['; a = 1', ['1:1 invalid syntax']],
    ['😀 = 1', ['1:1 invalid character in a name']],
    ['x = {}\nx.a²', ['2:3 invalid character in a name']],
    ["x = 'a\nreturn x", ['1:5 unterminated string literal']],
    ['x = f"a\nreturn x"', ['1:5 unterminated string literal']],
    ['# nothing', ['1:1 there is no statement']],
    ["'a': int", ['1:1 illegal target for annotation']],
    ['assert True,', ['1:1 invalid syntax']],
    ['def f(*a, *, b): pass', ['1:11 * may appear only once']],
    ['match 1:\n  case x: pass\n  case 2: pass', ['2:3 this case makes those after it unreachable']],
    ['x = [1]\nx[0:1] = [2]', ['2:2 slices cannot be assigned']],
    ['for x[0:1] in []: pass\nx = 1', ['1:6 slices cannot be assigned']],
    ['x[0:1] += [1]\nx = 1', ['1:2 slices cannot be assigned']],
    ['print "x"', ['1:7 invalid syntax: print is a function']],
    ['match x for x in [1]:\n  case 1: pass', ['1:9 invalid syntax']],
    ['return fooo\nfoo = 1', [`1:8 the name 'fooo' is not defined; did you mean "foo"?`]],
    ['return eval("1")', ["1:8 'eval' would reach outside the expression"]],
    ['return open("/etc/passwd")', ["1:8 'open' would reach outside the expression"]],
    ['return ().__class__', ["1:11 'tuple' has no attribute '__class__' here"]],
    ['def f(): pass\nreturn f.__globals__', ["2:10 no value has an attribute '__globals__' here"]],
    [
      'x = {}\nreturn x.constructor, x.__proto__',
      ["2:10 'dict' has no attribute 'constructor' here", "2:25 'dict' has no attribute '__proto__' here"],
    ],
    ['return "a".uper()', [`1:12 'str' has no attribute 'uper' here; did you mean "upper"?`]],
    [
      'from datetime import datetime\nreturn datetime.strpime("1", "2")',
      [`2:17 the type 'datetime' has no attribute 'strpime' here; did you mean "strptime"?`],
    ],
    ['import os', ["1:8 the module 'os' is not available: it would reach outside the expression"]],
    ['import jsn', [`1:8 there is no module 'jsn'; did you mean "json"?`]],
    ['from json import load', [`1:18 the module 'json' has no 'load' here; did you mean "loads"?`]],
    [
      'from os import *',
      [
        "1:1 the module 'os' is not available: it would reach outside the expression",
        "1:16 'import *' is not supported: name what is imported",
      ],
    ],
    ['class A:\n  pass', ['1:1 class definitions are not supported']],
    ['with x as y:\n  pass', ["1:1 'with' is not supported"]],
    ['yield 1', ["1:1 'yield' is not supported"]],
    ['async def f(): pass', ["1:1 'async' is not supported"]],
    ['global x', ["1:1 'global' is not supported"]],
    ['@f\ndef g(): pass', ['1:1 decorators are not supported']],
    ['return b"x"', ['1:10 bytes are not supported']],
    ['return 1j', ['1:8 complex numbers are not supported']],
    ['return 012', ['1:8 leading zeros in decimal integer literals are not permitted']],
    ["return '\\N{BULLET}'", ['1:9 names of characters are not supported: write the character itself']],
    ['break', ["1:1 'break' outside loop"]],
    ['x.zzzzz = 1\nx = 1', ['1:3 attributes cannot be assigned', "1:3 'int' has no attribute 'zzzzz' here"]],
    ['f(a=1, a=2)\ndef f(**k): pass', ['1:8 keyword argument repeated: a']],
    ['def f(a, a): pass', ["1:10 duplicate parameter 'a'"]],
    ['from zoneinfo import ZoneInfo\nreturn ZoneInfo("Asia/Jakrta")', ["2:17 'Asia/Jakrta' is not an IANA time zone"]],
    ['import re\nreturn re.search("(?=a)", "a")', ['2:18 the pattern cannot be used: look-around is not supported']],
    [
      'import re\nreturn re.match("(a)\\\\1", "a")',
      ['2:17 the pattern cannot be used: back references are not supported'],
    ],
    [
      "import re\np = r'^(?=.*[A-Z])'\nreturn re.search(p, 'a')",
      ['2:5 the pattern cannot be used: look-around is not supported'],
    ],
    [
      "import re as r\nfind = r.search\nif (p := '^' + '(?!a)'): return find(p, 'a')",
      ['3:10 the pattern cannot be used: look-around is not supported'],
    ],
    [
      "from re import search as find\nreturn find(string='a', pattern='(?<=a)b')",
      ['2:33 the pattern cannot be used: look-around is not supported'],
    ],
    [
      "import re\nrules = {'a': r'^a', 'b': r'^(?=b)'}\nreturn re.match(rules['b'], 'b')",
      ['2:27 the pattern cannot be used: look-around is not supported'],
    ],
    [
      "import re\nfor p in ['a', '(?<!b)c']:\n  re.match(p, 'b')\nx = '(?=1)'",
      [
        '2:16 the pattern cannot be used: look-around is not supported',
        '4:5 the pattern cannot be used: look-around is not supported',
      ],
    ],
    [
      "import re\np = 'a'\np = '(a)'\nreturn re.match(p, 'a'), '(?=shown)' if 0 else r'\\(?=a'",
      ['4:26 the pattern cannot be used: look-around is not supported'],
    ],
    [
      "from zoneinfo import ZoneInfo as Z\nname = 'Asia/Jakrta'\nreturn Z(key=name)",
      ["2:8 'Asia/Jakrta' is not an IANA time zone"],
    ],
    ["x = 'a'\nreturn x.uper()", [`2:10 'str' has no attribute 'uper' here; did you mean "upper"?`]],
    ['x = {}\nx = [1]\nreturn x.append(2), x.get(1)', []],
    ['def f(x): return x.append(1)\nx = {}\nreturn f([])', []],
    [
      'x = x.y.z if 0 else 1\nx = 2',
      ["1:7 no value has an attribute 'y' here", "1:9 no value has an attribute 'z' here"],
    ],
    ['return a @ b\na = b = 1', ["1:10 the operator '@' is not supported"]],
    ['match 1:\n  case {"a": x}: pass', ['2:8 patterns of mappings and of classes are not supported']],
    ['match 1:\n  case str(): pass', ['2:12 patterns of mappings and of classes are not supported']],
    ["match 1:\n  case 'x' 'y': pass", ['2:12 a text in several parts is not supported as a pattern']],
    ['del 1', ['1:5 this cannot be assigned']],
    [`return ${'('.repeat(200)}1${')'.repeat(200)}`, ['1:125 too deeply nested']],
    ['x'.repeat(20_001), ['1:1 an expression has at most 20000 characters']],
    ['return "é", fooo', ["1:13 the name 'fooo' is not defined"]],
  ];
  for (const [source, problems] of rows)
    it(`reports ${JSON.stringify(source.slice(0, 60))}`, () => {
      assert.deepEqual(problemsIn(source), problems);
    });

  it('reports everything at once, in the order of the source', () => {
    assert.deepEqual(
      problemsIn('import os\nreturn foo(bar) + "".baz').map((problem) => problem.split(' ')[0]),
      ['1:8', '2:8', '2:12', '2:22'],
    );
  });
});
