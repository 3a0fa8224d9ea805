import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'mocha';
import { packageRoot } from '#package-root';
import { signInFlow } from '../../../lib/index.js';
import { componentsOf } from '../../../lib/http/executor-api/components/table.js';
import { endings } from '../../../lib/http/executor-api/components/answers.js';
import { password } from '../../support/account.js';
import { member } from '../../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../../support/http/test-app.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const page = readFileSync(join(packageRoot, 'docs/json-api.md'), 'utf8');

describe('docs/json-api.md', () => {
  let app: TestApp;
  before(async () => {
    app = await openTestApp({ mount: '/join', executorApi: true, flows: [signInFlow({ slug: 'sign-in' })] });
    await member(app, 'ann');
  });
  after(() => app.close());

  it('the example with curl signs in', async () => {
    const [, script = ''] = /```sh\n([^]*?)```/.exec(page) ?? [];
    const own = script.replaceAll('https://app.example', app.url).replace('a quiet lamp in the rain', password);
    const { stdout } = await promisify(execFile)('bash', ['-e', '-c', own], { cwd: temporaryFolder() });
    assert.match(stdout, /"component":"xak-flow-redirect".*"to":"\/"/);
  });

  it('names every component', () => {
    const names = [...componentsOf(new Map()).keys(), ...Object.values(endings).map(({ component }) => component)];
    assert.deepEqual(
      names.filter((name) => !page.includes(`\`${name}\``)),
      [],
    );
  });
});
