import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { describe, it } from 'mocha';
import { designations, requirements } from '../../lib/flow/flow.js';

describe('docs/flows.md and docs/stages', () => {
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

describe('the pages of docs/stages', () => {
  it('have an example of every exported stage, and each of its settings', () => {
    execFileSync(process.execPath, ['scripts/stage-pages.mjs'], { cwd: packageRoot });
  });
});

describe('the flows of docs/reference.md', () => {
  it('are written from the comments of the ready-made flows', () => {
    execFileSync(process.execPath, ['scripts/flow-tables.mjs', '--check'], { cwd: packageRoot });
  });
});
