import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { describe, it } from 'mocha';
import { optionRules } from '../../lib/options/options.js';
import { defaultRateLimits } from '../../lib/options/rate-limits.js';
import type { RateLimit } from '../../lib/ports/rate-limits.js';

const page = readFileSync(join(packageRoot, 'docs/options.md'), 'utf8');
const documented = new Map(
  [...page.matchAll(/^\| `([\w.]+)`[^\n]*\| ([^\n|]+?) *\|$/gm)].map(([, name = '', value = '']) => [name, value]),
);

const sentenceOf = ({ points, windowSeconds }: RateLimit): string =>
  `${points.toLocaleString('en')} in ${windowSeconds < 86_400 ? `${windowSeconds / 60} minutes` : `${windowSeconds / 3600} hours`}`;

describe('docs/options.md', () => {
  it('is written from the comments of the options', () => {
    execFileSync(process.execPath, ['scripts/options-table.mjs', '--check'], { cwd: packageRoot });
  });

  it('says the default of every option', () => {
    for (const [name, rule] of Object.entries(optionRules)) {
      const value: unknown = 'default' in rule ? rule.default : null;
      const text = documented.get(name) ?? '';
      assert.notEqual(text, '', name);
      if (typeof value === 'string' || typeof value === 'boolean')
        assert.match(text, new RegExp(`^\`'?${String(value)}'?\``), name);
    }
  });

  it('says the default of every rate limit', () => {
    for (const [group, limits] of Object.entries<Readonly<Record<string, RateLimit>>>({ ...defaultRateLimits }))
      for (const [name, limit] of Object.entries(limits))
        assert.equal(documented.get(`rateLimits.${group}.${name}`), sentenceOf(limit));
  });
});
