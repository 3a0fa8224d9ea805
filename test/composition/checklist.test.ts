import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { describe, it } from 'mocha';
import { advisories } from '../support/advisories.js';

const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8');

describe('docs/checklist.md', () => {
  const rows = [...read('docs/checklist.md').matchAll(/^\| ([A-Z]{2}-\w+|T\d+) .*\| (test\/\S+) +\| (.*?) +\|$/gm)].map(
    ([, id = '', file = '', title = '']) => ({ id, file, title: title.replaceAll('\\|', '|') }),
  );

  it('names tests that exist', () => {
    assert.ok(rows.length > 0);
    const missing = rows.filter(
      ({ file, title }) => !existsSync(join(packageRoot, file)) || !read(file).includes(title),
    );
    assert.deepEqual(missing, []);
  });

  it('is sorted by id', () => {
    const ids = rows.map(({ id }) => id);
    assert.deepEqual(
      ids,
      [...ids].sort((one, other) => one.localeCompare(other, 'en', { numeric: true })),
    );
  });
});

describe('docs/differences.md', () => {
  const ids = Array.from({ length: 35 }, (_, index) => `T${String(index + 1)}`);
  const idsIn = (path: string): readonly string[] => [
    ...new Set([...read(path).matchAll(/^\| (T\d+) /gm)].map(([, id = '']) => id)),
  ];

  it('says what the kit does for each of T1 to T35, in their order, and docs/checklist.md names a test for each', () => {
    for (const path of ['docs/differences.md', 'docs/checklist.md']) assert.deepEqual(idsIn(path), ids, path);
  });
});

describe('docs/advisories.md', () => {
  const rows = [...read('docs/advisories.md').matchAll(/^\| (\S.*?) +\| .* \| (test\/\S+) +\| (.*?) +\|$/gm)];

  it('names tests that exist', () => {
    assert.ok(rows.length > 50);
    const missing = rows.filter(
      ([, , file = '', title = '']) => !existsSync(join(packageRoot, file)) || !read(file).includes(title),
    );
    assert.deepEqual(missing, []);
  });

  it('has a row for each advisory, or says why it is not applicable', () => {
    const named = read('docs/advisories.md');
    assert.deepEqual(
      advisories.filter((id) => !new RegExp(`${id}(?!\\d)`).test(named)),
      [],
    );
  });

  it('names every advisory of the tests for them', () => {
    const named = read('docs/advisories.md');
    const titles = readdirSync(join(packageRoot, 'test/advisories')).flatMap((file) => [
      ...read(`test/advisories/${file}`).matchAll(/(?:CVE-\d+-\d+|GHSA(?:-\w{4}){3})/g),
    ]);
    assert.deepEqual(
      [...new Set(titles.map(([id]) => id))].filter((id) => !named.includes(id)),
      [],
    );
  });
});
