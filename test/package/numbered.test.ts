import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';

const [list = '', exceptions = ''] = readFileSync(join(packageRoot, 'docs/testing.md'), 'utf8')
  .split('## Behavior that must hold')
  .at(1)!
  .split('Without a test of their own:');

/** The numbers at the beginning of lines, in the order of the text. */
const numbersOf = (text: string): readonly number[] => [...text.matchAll(/^- F(\d+): ./gm)].map(([, n]) => Number(n));

/** The numbers at the beginning of each test title: `F4: …`, or `F1, F2, F3: …`. */
function numbersInTitles(): ReadonlySet<number> {
  const sources = ['test', 'lib/testing'].flatMap((folder) =>
    readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(packageRoot, folder, name), 'utf8')),
  );
  const beginnings = sources.flatMap((source) => source.match(/(?<=['"`])F\d+(, F\d+)*(?=: )/g) ?? []);
  return new Set(beginnings.flatMap((text) => text.split(', ').map((each) => Number(each.slice(1)))));
}

describe('the numbered behavior of docs/testing.md', () => {
  it('is numbered without gaps', () => {
    const numbers = numbersOf(list);
    assert.ok(numbers.length > 0);
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => index + 1),
    );
  });

  it('has a test title for each number, or a reason why not', () => {
    const [tested, excepted] = [numbersInTitles(), numbersOf(exceptions)];
    assert.deepEqual(
      numbersOf(list).filter((number) => !tested.has(number) && !excepted.includes(number)),
      [],
    );
  });
});
