import assert from 'node:assert/strict';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { temporaryFolder } from '../support/temporary-folder.js';
import { typeErrors } from '../support/type-check.js';

describe('docs/stages/captcha.md and consent.md', () => {
  it('have examples that compile', () => {
    const files = ['captcha', 'consent'].flatMap((name) => {
      const folder = temporaryFolder();
      symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
      const text = readFileSync(join(packageRoot, `docs/stages/${name}.md`), 'utf8');
      return [...text.matchAll(/^```ts\n\/\/ (\S+)\n([^]*?)```/gm)].map(([, file = '', code = '']) => {
        const path = join(folder, file);
        writeFileSync(path, code);
        return path;
      });
    });
    assert.equal(files.length, 4);
    assert.deepEqual(typeErrors(files), []);
  });
});
