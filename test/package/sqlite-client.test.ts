import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { installed, openConsumer } from './consumer.js';
import { runForJson } from '../support/package/run-program.js';

const oldest = 'libsql-client14';

describe('the packed package with the oldest supported @libsql/client', () => {
  it('F41: the embedded user store keeps its whole contract', async () => {
    const consumer = openConsumer({ packages: { express: 'express', '@libsql/client': oldest } });
    const { cases, failed, loaded } = await runForJson<{ cases: number; failed: string[] }>(consumer, 'sqlite.mjs');
    assert.deepEqual(failed, []);
    assert.ok(cases > 20, String(cases));
    const folder = realpathSync(join(installed, oldest));
    assert.ok(
      loaded.some((file) => file.startsWith(folder)),
      'the oldest one was loaded',
    );
  });
});
