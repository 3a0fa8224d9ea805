import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';

const pages = readdirSync(join(packageRoot, 'docs/recipes')).filter((name) => name.endsWith('.md'));
const recipes = readdirSync(join(packageRoot, 'test/recipes')).filter(
  (name) => name.endsWith('.test.ts') && name !== 'pages.test.ts',
);

/** The source as an app would write it: it imports the package by name. */
function asInAnApp(source: string): string {
  return source
    .replaceAll(`'../../lib/index.js'`, `'express-enrollment'`)
    .replaceAll(`'../../lib/ports.js'`, `'express-enrollment/ports'`)
    .replaceAll(`'../../lib/sql.js'`, `'express-enrollment/sql'`)
    .replaceAll(`'../../lib/testing/index.js'`, `'express-enrollment/testing'`);
}

describe('docs/recipes', () => {
  it('has a page for each tested recipe, all listed in its overview', () => {
    const overview = readFileSync(join(packageRoot, 'docs/recipes/README.md'), 'utf8');
    for (const name of recipes.map((file) => file.replace('.test.ts', '.md'))) {
      assert.ok(pages.includes(name), name);
      assert.ok(overview.includes(`(${name})`), name);
    }
  });

  for (const page of pages.filter((name) => name !== 'README.md')) {
    const text = readFileSync(join(packageRoot, 'docs/recipes', page), 'utf8');

    it(`${page} shows the exact code that the tests run`, () => {
      const blocks = [...text.matchAll(/<!-- the whole of (\S+) -->\n+```ts\n([^]*?)```/g)];
      assert.ok(blocks.some(([, path]) => path === `test/recipes/${page.replace('.md', '.ts')}`));
      for (const [, path = '', code] of blocks)
        assert.equal(code, asInAnApp(readFileSync(join(packageRoot, path), 'utf8')), path);
    });

    it(`${page} links to what exists`, () => {
      for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g))
        assert.ok(existsSync(join(packageRoot, 'docs/recipes', target)), target);
    });
  }
});
