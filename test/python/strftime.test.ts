import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { outcomeOf, problemsIn } from '../support/python/run-python.js';

const time = `from datetime import datetime
from zoneinfo import ZoneInfo
d = datetime(2026, 3, 4, 5, 6, 7, tzinfo=ZoneInfo('Asia/Jakarta'))
`;

/** What CPython 3.11 says on Linux, where authentik runs; the CPython of the other tests has another C library. */
const rows: readonly (readonly [format: string, text: string])[] = [
  ['%-d.%-m.%-y %-H:%-M:%-S %-I %-j', '4.3.26 5:6:7 5 63'],
  ['%_d|%_m|%_H|%_j|%0e|%0k|%0l', ' 4| 3| 5| 63|04|05|05'],
  ['%k|%l|%e', ' 5| 5| 4'],
  ['%^a %^B %#a %#p %^c', 'WED MARCH WED am WED MAR  4 05:06:07 2026'],
  ['%5d|%_5Y|%3d', '00004| 2026|004'],
  ['%C|%g|%P|%r|%s|%n|%t', '20|26|am|05:06:07 AM|1772600767|\\n|\\t'],
  ['%Ey|%Od', '26|04'],
  ['%Q %-Q %+ %v %:Q %- %L %N %i %E %é', '%Q %-Q %+ %v %:Q %- %L %N %i %E %é'],
  ['%Z %z', 'WIB +0700'],
  ['100%', '100%'],
];

describe('strftime in expressions', () => {
  for (const [format, text] of rows)
    it(`shows ${format}`, async () => {
      const shown = `'${text}'`;
      assert.equal(await outcomeOf(`${time}return d.strftime(${JSON.stringify(format)})`), shown);
      assert.equal(await outcomeOf(`${time}return format(d, ${JSON.stringify(format)})`), shown);
    });

  it('never fails, whatever stands behind a percent sign', async () => {
    const letters = Array.from({ length: 94 }, (_, at) => `%${String.fromCharCode(33 + at)}`);
    const source = `${time}return [isinstance(d.strftime(one), str) for one in ${JSON.stringify(letters)}].count(True)`;
    assert.equal(await outcomeOf(source), '94');
  });

  it('dst() is refused before it runs, of times and of zones', () => {
    const refused = (line: number, column: number): readonly string[] => [
      `${String(line)}:${String(column)} no value has an attribute 'dst' here`,
    ];
    assert.deepEqual(problemsIn(`${time}return datetime.now().dst()`), refused(4, 23));
    assert.deepEqual(problemsIn(`${time}x = d\nreturn x.replace(hour=1).dst()`), refused(5, 26));
  });
});
