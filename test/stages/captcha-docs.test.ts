import assert from 'node:assert/strict';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { temporaryFolder } from '../support/temporary-folder.js';
import { typeErrors } from '../support/type-check.js';

describe('docs/stages/captcha.md', () => {
  it('has examples that compile', () => {
    const folder = temporaryFolder();
    symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const text = readFileSync(join(packageRoot, 'docs/stages/captcha.md'), 'utf8');
    const files = [...text.matchAll(/^```ts\n\/\/ (\S+)\n([^]*?)```/gm)].map(([, name = '', code = '']) => {
      const file = join(folder, name);
      writeFileSync(file, code);
      return file;
    });
    assert.equal(files.length, 2);
    assert.deepEqual(typeErrors(files), []);
  });
});
