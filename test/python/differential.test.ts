import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { packageRoot } from '#package-root';
import { effort } from '../support/campaign.js';
import { openOracle, zoneFolder, type Oracle } from '../support/python/oracle.js';
import { outcomeOf, problemsIn } from '../support/python/run-python.js';

const cases = (name: string): string => readFileSync(join(packageRoot, 'test/python/cases', name), 'utf8');
const expressions = cases('expressions.txt')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => `return repr((${line}))`);
const blocks = (name: string): readonly string[] =>
  cases(name)
    .split('\n---\n')
    .map((block) => block.trim());

describe('expressions and CPython', function () {
  this.timeout(effort(60_000, 1_800_000));
  let oracle: Oracle;
  before(async () => {
    oracle = await openOracle();
  });
  after(() => oracle.close());

  /** What differs, with both outcomes. */
  async function differences(sources: readonly string[]): Promise<readonly object[]> {
    const expected = await oracle.outcomes(sources);
    const differing: object[] = [];
    for (const [index, source] of sources.entries()) {
      const found = await outcomeOf(source);
      // What Python refuses as syntax, the check refuses too, in its own words.
      const isSame = expected[index] === 'SYNTAX' ? found.startsWith('PROBLEM') : found === expected[index];
      if (!isSame) differing.push({ source, expected: expected[index], found });
    }
    return differing;
  }

  it('agree on expressions', async () => {
    assert.ok(expressions.length >= 160, String(expressions.length));
    assert.deepEqual(await differences(expressions), []);
  });

  it('agree on statements and modules', async () => {
    assert.deepEqual(await differences(blocks('statements.txt')), []);
  });

  it('agree on dates, times and zones', async function () {
    // pyodide has no zones of its own.
    if (zoneFolder === null) return this.skip();
    assert.deepEqual(await differences(blocks('dates.txt')), []);
  });

  it('give each type all attributes that the check lets pass for it', async () => {
    const values = [
      ...['"a"', '1', '1.5', 'True', '[]', '()', '{}', '{1}', 'frozenset()', 'range(3)', '{}.keys()', '{}.values()'],
      ...['{}.items()', 'date(2026, 1, 1)', 'datetime(2026, 1, 1)', 'time(1)', 'timedelta(1)', 'timezone.utc'],
      ...['re.compile("a")', 're.match("a", "a")', 'ip_address("10.0.0.1")', 'ip_network("10.0.0.0/8")'],
    ];
    const imports =
      'import re\nfrom datetime import date, datetime, time, timedelta, timezone\nfrom ipaddress import ip_address, ip_network\n';
    const found = await oracle.outcomes(values.map((value) => `${imports}return ','.join(dir(${value}))`));
    const names = found.map((one) =>
      one
        .replaceAll("'", '')
        .split(',')
        .filter((name) => /^[a-z]/.test(name)),
    );
    const refused = new Set(names.flat().filter((name) => problemsIn(`def f(x): return x.${name}`).length > 0));
    const missing = values.map((value, at) => {
      const asked = (names[at] ?? []).filter((name) => !refused.has(name));
      return `${imports}return '${value}', [name for name in ${JSON.stringify(asked)} if not hasattr(${value}, name)]`;
    });
    assert.ok(names.every((one) => one.length > 0));
    assert.deepEqual(
      await Promise.all(missing.map(outcomeOf)),
      values.map((value) => `('${value}', [])`),
    );
  });

  const integer = fc
    .oneof(fc.integer({ min: -20, max: 20 }), fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }))
    .map(String);
  const float = fc
    .oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: -999, max: 999 }).map((one) => one / 8),
    )
    .map(floatLiteral);
  const number = fc.oneof(integer, float, fc.constantFrom('True', 'False'));
  const operator = fc.constantFrom('+', '-', '*', '/', '//', '%', '<', '<=', '==', '!=', 'and', 'or', '&', '|', '^');
  const format = fc.constantFrom(
    '',
    '.3f',
    'g',
    'e',
    ',',
    '+.2f',
    '010.3f',
    '>12',
    '.0f',
    '.5g',
    '%',
    '<8',
    '^9',
    ' .1e',
    '.10',
    '_',
    '#.0f',
  );

  async function holds(source: fc.Arbitrary<string>, runs: number): Promise<void> {
    const batch = fc.array(source, { minLength: 40, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(batch, async (sources) => assert.deepEqual(await differences(sources), [])),
      { numRuns: effort(runs, 40 * runs), endOnFailure: true },
    );
  }

  it('agree on arithmetic', async () => {
    const calculation = fc.oneof(
      fc.tuple(number, operator, number).map(([one, by, other]) => `return (${one}) ${by} (${other})`),
      fc.tuple(integer, fc.integer({ min: 0, max: 9 })).map(([one, by]) => `return (${one}) ** ${String(by)}`),
      // The last digit of a float's power is the C library's own.
      fc
        .tuple(number, fc.integer({ min: -9, max: 9 }))
        .map(([one, by]) => `return format((${one}) ** ${String(by)}, '.13g')`),
      fc
        .tuple(number, fc.integer({ min: -25, max: 25 }))
        .map(([one, by]) => `return round(${one}, ${String(by)}), round(${one})`),
      fc.tuple(number, format).map(([one, by]) => `return format(${one}, '${by}')`),
      fc
        .tuple(integer, fc.integer({ min: 0, max: 90 }))
        .map(([one, by]) => `return (${one}) << ${String(by)}, (${one}) >> ${String(by)}`),
      fc.tuple(number, number).map(([one, other]) => `return divmod(${one}, ${other})`),
      fc
        .tuple(float)
        .map(
          ([one]) =>
            `return repr(${one}), int(${one}), float(repr(${one})) == ${one}, '%.4f|%g|%e' % (${one}, ${one}, ${one})`,
        ),
    );
    await holds(calculation, 6);
  });

  it('agree on what operators bind', async () => {
    const { whole } = fc.letrec<Record<'whole', string>>((tie) => {
      const inner = tie('whole');
      const infix = fc.constantFrom(
        ...[
          'or',
          'or',
          'and',
          'and',
          '==',
          '<',
          'in',
          'not in',
          'is',
          'is not',
          '!=',
          '|',
          '^',
          '&',
          '+',
          '-',
          '*',
          '//',
          '%',
        ],
      );
      return {
        whole: fc.oneof(
          { depthSize: 'small', withCrossShrink: true },
          fc.constantFrom('0', '1', '2', '3', '[1, 2]', "''", 'None'),
          fc.tuple(inner, infix, inner).map(([one, by, other]) => `${one} ${by} ${other}`),
          fc.tuple(fc.constantFrom('not ', 'not ', '-', '~'), inner).map(([by, one]) => `${by}${one}`),
          fc.tuple(inner, inner, inner).map(([one, test, other]) => `${one} if ${test} else ${other}`),
          inner.map((one) => `(${one})`),
        ),
      };
    });
    await holds(
      whole.map((text) => `return ${text}`),
      6,
    );
  });

  it('agree on texts', async () => {
    const alphabet = [
      'a',
      'b',
      'A',
      'Z',
      'ß',
      'é',
      'İ',
      'ǅ',
      '1',
      '٣',
      '²',
      '½',
      '\t',
      '\n',
      '\r',
      ' ',
      '\u00a0',
      '-',
      '_',
      '.',
      ',',
      '😀',
      '日',
      'ς',
      'Σ',
      "'",
      '"',
      '\\',
      '\u0000',
      '{',
      '}',
      '%',
    ];
    const text = fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 12 }).map(textLiteral);
    const bound = fc.constantFrom('', '0', '1', '2', '-1', '-3', '5', '99');
    const method = fc.constantFrom(
      ...[
        'upper()',
        'lower()',
        'title()',
        'capitalize()',
        'swapcase()',
        'casefold()',
        'strip()',
        'split()',
        'splitlines()',
        'rsplit(None, 1)',
        'isalpha()',
        'isdigit()',
      ],
      ...[
        'isdecimal()',
        'isnumeric()',
        'isalnum()',
        'isspace()',
        'isupper()',
        'islower()',
        'istitle()',
        'isidentifier()',
        'isprintable()',
        'zfill(8)',
        'center(9)',
        'expandtabs(4)',
      ],
    );
    const sources = fc.oneof(
      fc.tuple(text, method).map(([one, name]) => `return (${one}).${name}`),
      fc
        .tuple(text, bound, bound, fc.constantFrom('', '1', '2', '-1', '-2'))
        .map(([one, from, to, by]) => `return (${one})[${from}:${to}:${by}], len(${one}), repr(${one}), ascii(${one})`),
      fc
        .tuple(
          text,
          text,
          fc.constantFrom(
            'find',
            'rfind',
            'count',
            'startswith',
            'endswith',
            'partition',
            'rpartition',
            'split',
            'rsplit',
            'strip',
            'lstrip',
            'rstrip',
            'removeprefix',
          ),
        )
        .map(([one, other, name]) => `return (${one}).${name}(${other})`),
      fc
        .tuple(text, text, text)
        .map(
          ([one, from, to]) =>
            `return (${one}).replace(${from}, ${to}), (${one}).join([${from}, ${to}]), ${from} in ${one}`,
        ),
      fc
        .tuple(text, text)
        .map(([one, other]) => `return ${one} < ${other}, sorted(${one}), ${one} + ${other}, max(${one}, ${other})`),
      fc.tuple(text, text).map(([one, other]) => `return (${one}).format(${other}, 5, a=[1])`),
      fc.tuple(text, text).map(([one, other]) => `return (${one}) % (${other},)`),
      fc.tuple(text).map(([one]) => `import json\nreturn json.dumps(${one}), json.loads(json.dumps([${one}]))`),
    );
    await holds(sources, 6);
  });

  it('agree on what is where in a text', async () => {
    // Few letters, so that parts overlap, and long ones.
    const text = fc.string({ unit: fc.constantFrom('a', 'a', 'b', '😀'), maxLength: 40 }).map(textLiteral);
    const long = fc.tuple(text, fc.integer({ min: 1, max: 6 })).map(([one, by]) => `${one} * ${String(by)}`);
    const most = fc.integer({ min: -1, max: 3 }).map(String);
    const search = fc
      .tuple(long, fc.oneof(text, long), most)
      .map(
        ([one, other, by]) =>
          `a, b = ${one}, ${other}\nreturn b in a, a.find(b), a.rfind(b), a.find(b, 3), a.rfind(b, -9), a.count(b), a.replace(b, "-", ${by}), a.replace(b, "") if b == "" else (a.split(b, ${by}), a.rsplit(b, ${by}), a.rsplit(b), a.partition(b), a.rpartition(b))`,
      );
    await holds(search, 4);
  });

  it('agree on date-times across zone changes', async function () {
    if (zoneFolder === null) return this.skip();
    const zone = fc.constantFrom(
      'America/New_York',
      'Europe/Berlin',
      'Europe/London',
      'Australia/Lord_Howe',
      'Asia/Jakarta',
      'Pacific/Auckland',
      'Asia/Kathmandu',
      'America/St_Johns',
      'UTC',
    );
    const changes = [1774749600, 1793494800, 1792890000, 1772953200, 1775314800, 1790955000];
    const instant = fc.oneof(
      fc.integer({ min: 0, max: 2_100_000_000 }),
      fc.tuple(fc.constantFrom(...changes), fc.integer({ min: -9000, max: 9000 })).map(([at, by]) => at + by),
    );
    const imports = 'from datetime import datetime, timezone, timedelta\nfrom zoneinfo import ZoneInfo\n';
    const sources = fc.oneof(
      fc
        .tuple(instant, zone)
        .map(
          ([at, name]) =>
            `${imports}x = datetime.fromtimestamp(${String(at)}, timezone.utc).astimezone(ZoneInfo('${name}'))\nreturn x, x.fold, str(x), x.timestamp(), x.strftime('%Y-%m-%d %H:%M:%S %z %j %U'), x.isocalendar()[:]`,
        ),
      fc
        .tuple(instant, zone, zone, fc.constantFrom(0, 1))
        .map(
          ([at, one, other, fold]) =>
            `${imports}x = datetime.fromtimestamp(${String(at)}, ZoneInfo('${one}')).replace(tzinfo=ZoneInfo('${other}'), fold=${String(fold)})\nreturn x.utcoffset(), x.astimezone(timezone.utc), x == x.astimezone(timezone.utc), x - datetime(2026, 1, 1, tzinfo=timezone.utc)`,
        ),
      fc
        .tuple(instant, zone, fc.integer({ min: -400, max: 400 }))
        .map(
          ([at, name, hours]) =>
            `${imports}x = datetime.fromtimestamp(${String(at)}, ZoneInfo('${name}'))\ny = x + timedelta(hours=${String(hours)})\nreturn y, y - x, y.astimezone(timezone.utc) - x.astimezone(timezone.utc), x < y, datetime.fromisoformat(y.isoformat())`,
        ),
    );
    await holds(sources, 4);
  });
});

function floatLiteral(value: number): string {
  const text = String(value);
  if (Object.is(value, -0)) return '-0.0';
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function textLiteral(text: string): string {
  return JSON.stringify(text);
}
