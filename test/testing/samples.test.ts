import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '#package-root';
import { describe, it } from 'mocha';
import { temporaryFolder } from '../support/temporary-folder.js';

const run = promisify(execFile);

/** A folder with the page's samples and the packages that they import. */
function folderOfSamples(): string {
  const folder = temporaryFolder();
  const page = readFileSync(join(packageRoot, 'docs/testing-your-app.md'), 'utf8');
  for (const [, name = '', code = ''] of page.matchAll(/<!-- samples\/(\S+) -->\n+```js\n([^]*?)```/g))
    writeFileSync(join(folder, name), code);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(packageRoot, join(folder, 'node_modules/express-enrollment'));
  symlinkSync(join(packageRoot, 'node_modules/express'), join(folder, 'node_modules/express'));
  return folder;
}

describe('the samples of docs/testing-your-app.md', () => {
  const env = { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'] };

  it('pass under mocha', async () => {
    const mocha = join(packageRoot, 'node_modules/mocha/bin/mocha.js');
    await run(process.execPath, [mocha, '--timeout', '50000', 'mocha.mjs'], { cwd: folderOfSamples(), env });
  });

  it('pass under node:test', async () => {
    await run(process.execPath, ['--test', 'node.test.mjs'], { cwd: folderOfSamples(), env });
  });
});
