import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { visit } from '../../lib/testing/index.js';
import { startServer } from '../support/child-server.js';
import { freePort } from '../support/free-port.js';
import { openConsumer } from './consumer.js';
import { projectRoot } from '../support/package/packed.js';

describe('the quick start of README.md, with the packed package', () => {
  it('prints a link, creates an account in a SQLite file and signs it in', async () => {
    const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
    const [, code = ''] = /<!-- the quick start -->\n+```js\n([^]*?)```/.exec(readme) ?? [];
    assert.ok(code.trim().split('\n').length <= 14, code);
    const { folder } = openConsumer({ packages: { express: 'express', '@libsql/client': '@libsql/client' } });
    writeFileSync(join(folder, 'app.mjs'), code);
    const server = await startServer('app.mjs', {
      cwd: folder,
      env: { PORT: String(await freePort()), NODE_ENV: undefined, NODE_PATH: undefined },
      ready: /(http:\/\/localhost:\d+\/join\/\S+)/,
    });
    try {
      const visitor = await visit(server.url).open(server.url);
      await visitor.submit();
      const password = 'velvet tram over the harbor';
      await visitor.submit({ username: 'ada', password });
      await visitor.open('/');
      assert.equal(visitor.html, '{"hello":"ada"}');
      assert.ok(existsSync(join(folder, 'data/users.db')));
    } finally {
      await server.stop();
    }
  });
});
