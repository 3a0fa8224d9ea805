import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '#package-root';
import { describe, it } from 'mocha';
import { mailKinds } from '../../lib/base/mail-kinds.js';
import { optionRules } from '../../lib/options/options.js';
import { gallery } from '../support/pages/gallery.js';

const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8');

function under(folder: string, ending: string): readonly string[] {
  return readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
}

const pages = ['README.md', 'CHANGELOG.md', ...under('docs', '.md'), ...under('examples', '.md')];

/** The page without code blocks, in which brackets are not links and hashes are not headings. */
function prose(page: string): string {
  return read(page).replaceAll(/^```[^]*?^```/gm, '');
}

/** The anchors of a page's headings, as GitHub generates them. */
function anchorsOf(page: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const headings = [...prose(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set(
    headings.map((anchor) => {
      const before = seen.get(anchor) ?? 0;
      seen.set(anchor, before + 1);
      return before === 0 ? anchor : `${anchor}-${String(before)}`;
    }),
  );
}

/** The broken links of a page. */
function broken(page: string): readonly string[] {
  return [...prose(page).matchAll(/\]\((?![a-z]+:)([^)\s#]*)(?:#([^)\s]+))?\)/g)].flatMap(
    ([, path = '', anchor = '']) => {
      const target = path === '' ? page : join(dirname(page), path);
      if (target.startsWith('..') || !existsSync(join(packageRoot, target))) return [`${target} is not there`];
      if (anchor === '') return [];
      const holds = statSync(join(packageRoot, target)).isFile() && anchorsOf(target).has(anchor);
      return holds ? [] : [`${target} has no heading for #${anchor}`];
    },
  );
}

describe('the links of the documentation', () => {
  for (const page of pages) {
    it(`are not broken: ${page}`, () => {
      assert.deepEqual(broken(page), []);
    });
  }

  it('connect the README to every page', () => {
    const readme = read('README.md');
    const missing = under('docs', '.md').filter((page) => !page.startsWith(join('docs', 'recipes')));
    assert.deepEqual(
      missing.filter((page) => !readme.includes(`(${page})`)),
      [],
    );
  });

  it('name existing files and scripts', () => {
    const text = pages
      .filter((page) => page !== 'CHANGELOG.md')
      .map(prose)
      .join('\n');
    const files = [...text.matchAll(/`((?:bench|examples|lib|scripts|test|views)\/[^`\s*<]+)`/g)].map(
      ([, file = '']) => file,
    );
    const scripts = [...text.matchAll(/`npm run ([\w:]+)`/g)].map(([, script = '']) => script);
    const missing = [
      ...files.filter((file) => !existsSync(join(packageRoot, file))),
      ...scripts.filter((script) => !read('package.json').includes(`"${script}"`)),
    ];
    assert.deepEqual(missing, []);
    assert.ok(files.length > 5 && scripts.length > 5, text.slice(0, 100));
  });

  it('show every existing picture', () => {
    const shown = pages.map(read).join('\n');
    assert.deepEqual(
      under('docs', '.png').filter((picture) => !picture.startsWith('docs/screens/') && !shown.includes(picture)),
      [],
    );
  });

  it('have a picture of every state of the gallery, and of every mail, in each look', () => {
    const expected = [
      ...[...gallery.keys()].flatMap((state) =>
        ['light', 'dark', 'phone'].map((look) => `docs/screens/${state}-${look}.png`),
      ),
      ...mailKinds.flatMap((kind) => ['light', 'dark'].map((look) => `docs/screens/mail/${kind}-${look}.png`)),
    ];
    assert.deepEqual([...under('docs/screens', '.png')].sort(), expected.sort());
  });
});

describe('docs/options.md', () => {
  it('lists every option, and nothing else', () => {
    // Tables with another heading describe settings that are documented elsewhere.
    const tables = read('docs/options.md').match(/^\| Option .*(\n\|.*)+/gm) ?? [];
    const cells = [...tables.join('\n').matchAll(/^\| (`[^|]+)\|/gm)].map(([, cell = '']) => cell);
    const named = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)/g)].map(([, name]) => name));
    assert.deepEqual([...new Set(named)].sort(), Object.keys(optionRules).sort());
  });
});

describe('docs/errors.md', () => {
  const source = under('lib', '.ts').map(read).join('\n');
  const rows = [...read('docs/errors.md').matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code);

  for (const [what, form] of [
    ['error', /\bERR_ENROLLMENT_[A-Z_]+[A-Z]\b/g],
    ['warning', /\bWARN_[A-Z_]+[A-Z]\b/g],
  ] as const) {
    it(`has one row for every existing ${what}, and no others`, () => {
      const known = new Set([...source.matchAll(form)].map(([code]) => code));
      assert.ok(known.size > 5);
      assert.deepEqual(rows.filter((code) => code?.match(form) !== null).sort(), [...known].sort());
    });
  }
});
