import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { describe, it } from 'mocha';
import { designations, requirements } from '../../lib/flow/flow.js';
import { checkExamples } from '../support/doc-examples.js';

const stages = ['redirect', 'dummy', 'deny', 'prompt', 'identification', 'password', 'user-write', 'user-login'];
const pages = ['docs/flows.md', ...[...stages, 'user-logout', 'source'].map((name) => `docs/stages/${name}.md`)];

describe('docs/flows.md and docs/stages', () => {
  it('have examples that compile', () => {
    assert.deepEqual(checkExamples(pages), { count: 13, errors: [] });
  });

  it('name every designation and requirement, and link to pages that exist', () => {
    const flows = readFileSync(join(packageRoot, 'docs/flows.md'), 'utf8');
    assert.deepEqual(
      [...designations, ...requirements].filter((name) => !flows.includes(`\`${name}\``)),
      [],
    );
    const present = new Set([
      ...readdirSync(join(packageRoot, 'docs')),
      ...readdirSync(join(packageRoot, 'docs/stages')).map((name) => `stages/${name}`),
    ]);
    const linked = [...flows.matchAll(/\]\(([\w/-]+\.md)/g)].map(([, name = '']) => name);
    assert.deepEqual(
      linked.filter((name) => !present.has(name)),
      [],
    );
  });
});
