import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/index.js';
import { pythonPolicy } from '../../lib/python.js';
import { openScene } from '../support/executor/scene.js';
import { question } from '../support/prompts/question.js';

const lines = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join('\n');

/** The mistakes of an expression, found within two seconds of work: each takes a quarter of one. */
function mistakesSoon(source: string): readonly string[] {
  const before = process.cpuUsage();
  const mistakes = mistakesIn(source);
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < 2_000_000, `${String((user + system) / 1000)} ms`);
  return mistakes;
}

function mistakesIn(source: string): readonly string[] {
  try {
    pythonPolicy(source);
    return [];
  } catch (error) {
    assert.ok(isEnrollmentError(error), String(error));
    return (error as unknown as { readonly issues: readonly string[] }).issues;
  }
}

describe('expressions as large as they may be', () => {
  // What is loaded with the first one is not counted.
  mistakesIn('import re\nreturn re.match("a", "a") is None');

  it('take any number of elif clauses, each with its line, and count them as statements', async () => {
    const longest = `if 0:0\n${lines(2100, () => 'elif 0:0')}\nelse:y=2\nreturn y==2`;
    assert.deepEqual(mistakesSoon(longest), []);
    const policy = (end: string) =>
      pythonPolicy(`x = 7\nif x == -1: y = 0\n${lines(900, (at) => `elif x == ${String(at)}: y = 1`)}\n${end}`);
    const asked = { ...question({}, openScene()), answers: {} };
    assert.equal((await pythonPolicy(longest).check(asked)).pass, true);
    assert.equal((await policy('else: y = 2\nreturn y == 1').check(asked)).pass, true);
    assert.deepEqual(mistakesIn(`if 0: pass\n${lines(900, () => 'elif 0: pass')}\nelif zzz: pass`), [
      "pythonPolicy: line 902, column 6: the name 'zzz' is not defined",
    ]);
    await assert.rejects(
      async () => pythonPolicy('if 0: pass\nelif 1 / 0: pass\nreturn True').check(asked),
      /line 2: ZeroDivisionError/,
    );
    const short = { limits: { steps: 300 } };
    const all = `if 0: pass\n${lines(300, () => 'elif 0: pass')}\nelse: return True`;
    await assert.rejects(async () => pythonPolicy(all, short).check(asked), /more than 300 steps/);
  });

  it('are checked soon: many targets, arguments, patterns, mistakes and names', () => {
    assert.deepEqual(mistakesSoon(`${'a='.repeat(9000)}1`), []);
    assert.equal(mistakesSoon(`f(${'*a,'.repeat(6000)})`).length, 6001);
    assert.equal(mistakesSoon('a;'.repeat(9000)).length, 9000);
    const many = mistakesSoon(
      `${lines(1000, (at) => `abc${String(at)}=1`)}\n${lines(1000, (at) => `xbc${String(at)}`)}`,
    );
    assert.match(many[0] ?? '', /^pythonPolicy: line 1001, column 1: the name 'xbc0' .* did you mean "abc0"\?$/);
    assert.equal(many[999], "pythonPolicy: line 2000, column 1: the name 'xbc999' is not defined");
    const patterns = (count: number): string =>
      `import re\n${lines(count, (at) => `re.compile("(a{1,50}){1,${String((at % 20) + 1)}}${'b'.repeat(at % 9)}")`)}`;
    assert.deepEqual(mistakesSoon(patterns(400)), []);
  });

  it('are checked soon for what they do with the context, through whatever names', () => {
    const twice = lines(18, (at) => `a${String(at + 1)}=a${String(at)}\na${String(at + 1)}=a${String(at)}`);
    assert.deepEqual(mistakesSoon(`a0=context\n${twice}\nreturn a18["geoip"] is None`), [
      'pythonPolicy: line 38, column 12: context["geoip"] needs the function locate in lookups',
    ]);
    const backwards = lines(1000, (at) => `b${String(1000 - at)}=b${String(999 - at)}`);
    assert.deepEqual(mistakesSoon(`${backwards}\nb0=context\nreturn b1000["geoip"] is None`), [
      'pythonPolicy: line 1002, column 14: context["geoip"] needs the function locate in lookups',
    ]);
    // Names that are given each other, or something else, are not followed.
    for (const other of ['x=y\ny=x', 'x=context\nx={}', 'x=context\ny=x\nx=y'])
      assert.deepEqual(mistakesSoon(`${other}\nreturn x["geoip"] is None`), [], other);
  });

  it('counts columns in characters, also where a line has many mistakes', () => {
    assert.deepEqual(
      mistakesIn('"😀", aa, "é", bb\n"😀", cc').map((one) => one.replace(/: the.*/, '')),
      ['line 1, column 6', 'line 1, column 15', 'line 2, column 6'].map((place) => `pythonPolicy: ${place}`),
    );
  });
});
