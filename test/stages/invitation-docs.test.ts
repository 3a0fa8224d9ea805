import assert from 'node:assert/strict';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { packageRoot } from '#package-root';
import { temporaryFolder } from '../support/temporary-folder.js';
import { typeErrors } from '../support/type-check.js';

describe('docs/stages/invitation.md', () => {
  it('has examples that compile', () => {
    const text = readFileSync(join(packageRoot, 'docs/stages/invitation.md'), 'utf8');
    const folder = temporaryFolder();
    symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const files = [...text.matchAll(/^```ts\n\/\/ (\S+)\n([^]*?)```/gm)].map(([, name = '', code = '']) => {
      const file = join(folder, name);
      writeFileSync(file, code);
      return file;
    });
    assert.ok(files.length > 0);
    assert.deepEqual(typeErrors(files), []);
  });
});
