import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { describe, it } from 'mocha';
import * as prompts from '../../lib/prompts.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { typeErrors } from '../support/type-check.js';

const docs = readFileSync(join(packageRoot, 'docs/prompts.md'), 'utf8');

describe('docs/prompts.md', () => {
  it('has examples that compile', () => {
    const folder = temporaryFolder();
    symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const files = [...docs.matchAll(/^```ts\n\/\/ (\S+)\n([^]*?)```/gm)].map(([, name = '', code = '']) => {
      writeFileSync(join(folder, name), code);
      return join(folder, name);
    });
    assert.equal(files.length, 5);
    assert.deepEqual(typeErrors(files), []);
  });

  it('names every factory of the entry, with its type', () => {
    for (const name of Object.keys(prompts))
      assert.ok(docs.includes(`\`${name}\``) || docs.includes(`\`${name}(`), name);
    for (const type of [
      'text_area',
      'radio-button-group',
      'date-time',
      'ak-locale',
      'alert_danger',
      'text_area_read_only',
    ])
      assert.ok(docs.includes(`\`${type}\``), type);
  });
});
