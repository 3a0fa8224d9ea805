import assert from 'node:assert/strict';
import { everyPage, everyPlace } from '../../lib/base/paging.js';

describe('every page of a list', () => {
  const pages = new Map<string | undefined, { readonly items: readonly number[]; readonly next: string | null }>([
    [undefined, { items: [1, 2], next: 'b' }],
    // A page may be empty and still have a next one.
    ['b', { items: [], next: 'c' }],
    ['c', { items: [3], next: null }],
  ]);

  it('is read once, in order, up to the one without a next', async () => {
    const asked: object[] = [];
    const found: number[] = [];
    const read = (cursor: { readonly after?: string }) => {
      asked.push(cursor);
      return Promise.resolve(pages.get(cursor.after) ?? { items: [], next: null });
    };
    for await (const { items } of everyPage(read)) found.push(...items);
    assert.deepEqual(found, [1, 2, 3]);
    assert.deepEqual(asked, [{}, { after: 'b' }, { after: 'c' }]);
  });

  it('is read no further when its reader stops', async () => {
    let reads = 0;
    const read = ({ after }: { readonly after?: string }) => {
      reads += 1;
      return Promise.resolve(pages.get(after) ?? { items: [], next: null });
    };
    for await (const { items } of everyPage(read)) if (items.length > 0) break;
    assert.equal(reads, 1);
  });
});

describe('every page of a list that is ordered by place', () => {
  it('begins after the last place of the previous page, up to an empty one', async () => {
    const places = [1, 2, 5, 9].map((place) => ({ place }));
    const asked: number[] = [];
    const read = (after: number) => {
      asked.push(after);
      return Promise.resolve(places.filter(({ place }) => place > after).slice(0, 3));
    };
    const found: number[] = [];
    for await (const page of everyPlace(read)) found.push(...page.map(({ place }) => place));
    assert.deepEqual(found, [1, 2, 5, 9]);
    assert.deepEqual(asked, [0, 5, 9]);
  });
});
