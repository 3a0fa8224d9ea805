import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { effort } from '../support/campaign.js';
import type { Value } from '../../lib/python/values/value.js';
import { problemsIn, runPython } from '../support/python/run-python.js';

/** The reason that a run ends with; what it returned where it did not end so. */
async function reasonOf(source: string): Promise<string> {
  const memory = process.memoryUsage().heapUsed;
  let reason = 'it returned';
  try {
    // Steps and sizes end it, on a busy machine too.
    await runPython(source, { limits: { milliseconds: 20_000 } });
  } catch (error) {
    reason = error instanceof Error && 'reason' in error ? String(error.reason) : String(error);
  }
  assert.ok(process.memoryUsage().heapUsed - memory < 300e6, `${source} took too much memory`);
  return reason;
}

describe('the limits of Python expressions', function () {
  this.timeout(effort(30_000, 600_000));
  const rows: readonly (readonly [string, RegExp])[] = [
    ['while True: pass', /more than 200000 steps/],
    ['while True:\n  try:\n    while True: pass\n  except: pass\n  finally: x = 1', /more than 200000 steps/],
    ['def f(): return f()\nreturn f()', /nested more than 80 deep/],
    ['def f():\n  try: return f()\n  except: return f()\nreturn f()', /nested more than 80 deep/],
    ['f = lambda: f()\nreturn f()', /nested more than 80 deep/],
    ['return "a" * 10**9', /a text is longer than 100000/],
    ['return [0] * 10**9', /more than 10000 members/],
    ['return (0,) * 10**12', /more than 10000 members/],
    ['return 10**10**8', /more than 8192 bits/],
    ['return 1 << 10**9', /more than 8192 bits/],
    ['x = 3\nwhile True: x = x * x', /more than 8192 bits/],
    ['return list(range(10**12))', /more than 10000 members/],
    ['return sum(range(10**12))', /steps/],
    ['return len(range(10**12))', /it returned/],
    ['x = "a"\nwhile True: x += x', /a text is longer/],
    ...['strip()', 'rstrip(" ")', 'isspace()', 'isprintable()', 'isupper()', 'istitle()'].map(
      (call) => [`x = " " * 99999\nfor i in range(200): x.${call}`, /more than 200000 steps/] as const,
    ),
    ['x = []\nwhile True: x.append(x)', /members|steps|memory/],
    ['x = {}\nwhile True: x[len(x)] = 1', /members|steps|memory/],
    ['x = set()\nwhile True: x.add(len(x))', /members|steps|memory/],
    ['x = []\nx.append(x)\nreturn str(x)', /nested more than 80 deep/],
    ['x = []\nx.append(x)\ny = []\ny.append(y)\nreturn x == y', /nested more than 80 deep/],
    ['x = ()\nfor i in range(200): x = (x, x)\nreturn {x: 1}', /nested more than 80 deep|memory|steps/],
    ['x = ("a",)\nfor i in range(40): x = (x, x)\nreturn hash_(x)\n'.replace('hash_(x)', '{x}'), /memory|steps/],
    ['x = ("a",)\nfor i in range(40): x = (x, x)\nreturn repr(x)', /text is longer|steps|memory/],
    ['x = ("a",)\ny = ("a",)\nfor i in range(40):\n  x = (x, x)\n  y = (y, y)\nreturn x == y', /steps/],
    ['return "%1000000000d" % 1', /a text is longer/],
    ['return "{:>1000000000}".format(1)', /a text is longer/],
    ['return f"{1:>{10**9}}"', /a text is longer/],
    ['return f"{1:.1000000000f}"', /a text is longer/],
    ['return "a".ljust(10**10)', /a text is longer/],
    ['return "1".zfill(10**10)', /a text is longer/],
    ['return "\\t".expandtabs(10**10)', /a text is longer/],
    ['x = "a" * 90000\nreturn x.replace("a", x)', /a text is longer/],
    ['x = "a" * 90000\nreturn "".join([x] * 9000)', /a text is longer|memory/],
    ['x = "a" * 50000\nreturn "%s" * 50 % ((x,) * 50)', /a text is longer/],
    ['x = "a" * 50000\nreturn repr([x] * 9000)', /a text is longer/],
    ['x = "a" * 50000\nreturn repr({i: x for i in range(5000)})', /a text is longer/],
    ['x = "a" * 50000\nprint(*[x] * 9000)', /a text is longer/],
    ['x = "a" * 50000\nreturn x.translate({97: x})', /a text is longer/],
    ['import re\nx = "a" * 50000\nreturn re.sub("a", x, x)', /a text is longer|memory|steps/],
    ['import re\nreturn re.sub("(a+)", "\\\\1" * 40000, "a" * 50000)', /a text is longer/],
    ['import re\nreturn re.search("(a+)+$", "a" * 90000 + "b")', /steps|it returned/],
    ['import re\nreturn re.search("(x+x+)+y" + "", "x" * 5000)', /steps|it returned/],
    ['import re\np = "(" + "a" * 400 + "){1000}"\nreturn re.search(p, "a" * 90000)', /./],
    ['import json\nreturn json.loads("[" * 90000)', /nested more than 80 deep/],
    ['import json\nx = []\nfor i in range(200): x = [x]\nreturn json.dumps(x)', /nested more than 80 deep/],
    ['import json\nx = "a" * 50000\nreturn json.dumps([x] * 9000)', /memory|text is longer/],
    ['return int("9" * 90000)', /ValueError|bits/],
    ['return ("a" * 90000).find("b" + "a" * 45000)', /it returned/],
    ['return ("a" * 90000).count("a" * 45000)', /it returned/],
    ['return pow(3, 10**2000, 10**2000 + 1)', /steps|it returned/],
    ['x = [3, 1, 2] * 3000\nfor i in range(10**6): x.sort()', /steps|memory/],
    ['for i in range(10**6): "abc" * 1000', /steps|memory/],
    ['from datetime import timedelta\nreturn timedelta(days=1) * 10**2000', /OverflowError/],
    ['from datetime import datetime\nreturn datetime.strptime("1" * 90000, "%Y" * 2)', /ValueError/],
    ['import textwrap\nreturn textwrap.wrap("a" * 90000, 1)', /members|steps|memory/],
    ['import re\nreturn re.match("(a+)+" * 50, "a" * 90000)', /steps|it returned/],
    ['import textwrap\nreturn textwrap.wrap("a " * 40000, 1)', /members|steps|memory/],
    ['from urllib.parse import parse_qsl\nreturn parse_qsl("a=b&" * 20000)', /memory|members|it returned/],
    ['x = iter(lambda: 1)', /./],
    ['return [[j for j in range(1000)] for i in range(1000)]', /steps|memory/],
    ['return all(x == x for x in range(10**9))', /steps/],
    ['a = "a" * 99990\nb = "a" * 49000 + "b" + "a" * 49\nfor i in range(1000): b in a', /steps/],
    ['a = "a" * 99990\nb = "a" * 49999 + "b"\nfor i in range(1000): a.rfind(b)', /steps/],
    ['return max(range(10**9))', /steps/],
    ['return 10**9 in [i for i in range(9000)]', /it returned/],
    ['return "{0.__class__}".format(1)', /AttributeError/],
    ['return "{0.__class__.__mro__}".format("")', /AttributeError/],
    ['return getattr(1, "__class__")', /AttributeError/],
    ['return getattr({}, "constructor")', /AttributeError/],
    ['return getattr([], "__proto__")', /AttributeError/],
    ['return getattr(len, "call")', /AttributeError/],
    ['return getattr(lambda: 1, "__globals__")', /AttributeError/],
    ['def f(): pass\nreturn getattr(f, "closure")', /AttributeError/],
    ['return {}["__proto__"]', /KeyError/],
    ['return {}["constructor"]', /KeyError/],
    ['x = {"__proto__": 1}\nreturn x["toString"]', /KeyError/],
    ['return getattr(str, "constructor")', /AttributeError/],
    ['try:\n  1 / 0\nexcept Exception as e:\n  return getattr(e, "__traceback__")', /AttributeError/],
    ['try:\n  1 / 0\nexcept Exception as e:\n  return getattr(e, "stack")', /AttributeError/],
  ];
  for (const [source, reason] of rows)
    it(`hold for ${JSON.stringify(source.slice(0, 70))}`, async () => {
      assert.match(await reasonOf(source), reason);
    });

  it('stop a run that takes too long, by the clock of the process, and count no time of the host', async () => {
    const busy = 'x = 0\nwhile x < 10**9: x += 1';
    await assert.rejects(runPython(busy, { limits: { steps: 1e9, milliseconds: 50 } }), /longer than 50 ms/);
    const wait = {
      type: 'builtin',
      name: 'wait',
      *call() {
        yield new Promise((done) => {
          setTimeout(done, 120);
        });
        return true;
      },
    } as const;
    assert.equal(
      await runPython('return wait()', { globals: new Map([['wait', wait]]), limits: { milliseconds: 50 } }),
      true,
    );
  });

  it('end a match that would take longer than the run may, and let others be', async () => {
    const at = (pattern: string, count: number): Promise<Value> =>
      runPython(`import re\nreturn re.match(${pattern}, "a" * ${String(count)}) is not None`, {
        limits: { milliseconds: 1000 },
      });
    await assert.rejects(at('"(a+)+" * 50', 50_000), /a pattern and the text .* too large/);
    assert.equal(await at('"(a+)+" * 50', 1000), true);
    assert.equal(await at('"[a-z]+(b*)(c*)"', 90_000), true);
  });

  it('textwrap takes linear time', async () => {
    const source = (call: string): string =>
      `import textwrap\nblanks = "a " * 40000\nword = "b" * 90000\nreturn ${call}`;
    const begun = process.cpuUsage();
    assert.equal(await runPython(source('textwrap.shorten(blanks, 10)')), 'a a [...]');
    assert.equal(await runPython(source('len(textwrap.shorten(blanks, 79000))')), 78_999n);
    assert.equal(await runPython(source('len(textwrap.wrap(word, 10))')), 9000n);
    assert.ok(process.cpuUsage(begun).user < 3_000_000, 'it takes too long');
  });

  it('a failure of the host is not an exception that an expression can handle', async () => {
    const fail = {
      type: 'builtin',
      name: 'fail',
      *call() {
        yield Promise.reject(new Error('the store is away'));
        return null;
      },
    } as const;
    const source = 'try:\n  fail()\nexcept:\n  return True\nfinally:\n  x = 1';
    await assert.rejects(runPython(source, { globals: new Map([['fail', fail]]) }), /the store is away/);
  });

  it('exceptions within values leave no level behind', async () => {
    const source =
      'import json\nfor i in range(300):\n  try:\n    json.loads("[[[[1,")\n  except ValueError: pass\n  try:\n    json.dumps([[[{1, 2}]]])\n  except TypeError: pass\nreturn True';
    assert.equal(await runPython(source), true);
  });

  it('a long chain of elif is a run or a limit', async () => {
    const source = `x = 0\nif x: pass\n${'elif x: pass\n'.repeat(1400)}return True`;
    assert.match(await reasonOf(source), /it returned|nested too deep/);
  });

  it('any text is an expression, a problem, or ends with an exception: nothing else', async () => {
    const words = fc.constantFrom(
      'if',
      ' ',
      '\n',
      '  ',
      ':',
      'x',
      '=',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      'f"',
      '1',
      '.',
      ',',
      'for',
      'in',
      'lambda',
      'def',
      'return',
      'not',
      '*',
      '**',
      '@',
      '\\',
      'try',
      'except',
      'match',
      'case',
      'import',
      'é',
      '\t',
      '#',
      '%',
      'None',
      '__class__',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(words, { maxLength: 25 }), async (parts) => {
        const source = parts.join('');
        if (problemsIn(source).length > 0) return;
        await runPython(source, { limits: { steps: 2000 } }).catch((error: unknown) => {
          assert.ok(error instanceof Error && error.name === 'PythonError', String(error));
        });
      }),
      { numRuns: effort(300, 20_000) },
    );
  });
});
