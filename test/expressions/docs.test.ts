import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { packageRoot } from '#package-root';
import { pythonPolicy } from '../../lib/python.js';
import { policyEnvironment } from '../../lib/expressions/environment.js';
import { pythonLimits } from '../../lib/python/limits.js';
import { moduleTable } from '../../lib/python/modules/table.js';
import { examplesOf } from '../support/doc-examples.js';
import { inviteCodeCheck } from '../support/python/policies.js';

const page = readFileSync(join(packageRoot, 'docs/python-expressions.md'), 'utf8');

describe('docs/python-expressions.md', () => {
  it('shows the tutorial’s policy word for word, and only expressions that are accepted', () => {
    assert.ok(page.includes(inviteCodeCheck));
    const sources = [...examplesOf('docs/python-expressions.md').values()].flatMap((code) =>
      [...code.matchAll(/pythonPolicy\(\s*(?:`([^`]*)`|'([^']*)')/g)].map(([, long, short]) => long ?? short ?? ''),
    );
    assert.equal(sources.length, 2);
    for (const source of sources) pythonPolicy(source, { lookups: { locate: () => null } });
  });

  it('names every global, helper, module and limit, with its default', () => {
    const all = () => null;
    const { globals } = policyEnvironment(
      { createEvent: all, sendEmail: all, resolveDns: () => [], reverseDns: () => '' },
      [],
    );
    const names = [...globals.keys(), ...[...moduleTable.keys()].filter((name) => name !== 'urllib')];
    assert.deepEqual(
      names.filter((name) => !page.includes(`\`${name}`)),
      [],
    );
    for (const [name, value] of Object.entries(pythonLimits))
      assert.match(page, new RegExp(`\\| \`${name}\` +\\| ${value.toLocaleString('en')} `), name);
  });
});
