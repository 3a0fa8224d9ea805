import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { commandLine, configurationOf, sampleSecret, textAt } from '../support/cli/command-line.js';

const other = 'Wz7ePx0rTqkL4mVbN2cYhDfJ8sGaU5iQ';
const making = [
  ['invite', 'create'],
  ['invite', 'bulk', '--count', '2'],
  ['first-admin'],
  ['waitlist', 'approve', '--first', '1'],
  ['waitlist', 'resend', 'ann@example.com'],
] as const;

describe('codes and the secret of the command line', () => {
  let redis: TestRedis;
  before(async () => {
    redis = await startRedis({ persistence: true });
  });
  beforeEach(() => redis.client().flushall());
  after(() => redis.stop());
  const more = `redemptions: { find: async () => null }, seed: [{ customCode: 'SEED-WORD-9', uses: 1, expires: '2099-01-01T00:00:00Z' }]`;
  const configuration = (secret: string | null): string =>
    configurationOf(redis.url, more).replace(
      `secret: '${sampleSecret}'`,
      secret === null ? 'secret: undefined' : `secret: '${secret}'`,
    );

  it('F12: without a secret no command creates a code, whatever its flags; reading is allowed', async () => {
    const cli = commandLine(configuration(null));
    for (const command of making) {
      const { code, out, err } = await cli.run([...command, '--force']);
      assert.deepEqual([code, out], [3, ''], command.join(' '));
      assert.match(err, /no secret is set/);
    }
    assert.equal((await cli.run(['invite', 'list'])).code, 0);
    assert.equal(await redis.client().exists('enrollment:invitations'), 0, 'not even a seed');
  });

  it('F12: if open invitations have another secret, only --force creates codes', async () => {
    assert.equal((await commandLine(configuration(sampleSecret)).run(['invite', 'create'])).code, 0);
    const cli = commandLine(configuration(other));
    const { code, out } = await cli.run(['--json', 'invite', 'create']);
    assert.equal(code, 3);
    assert.match(textAt(JSON.parse(out), 'error.message'), /1 open invitation\(s\) were made under another secret/);
    assert.equal((await cli.run(['invite', 'create', '--force'])).code, 0);
  });

  it('F12: if the running app has another secret, even before the first invitation', async () => {
    const { createEnrollment } = await import('../../lib/index.js');
    const silent = (): void => undefined;
    const app = createEnrollment({
      baseUrl: 'http://localhost:3000/join',
      secret: other,
      redis: redis.url,
      logger: { info: silent, warn: silent, error: silent },
    });
    await app.ready();
    await app.close();
    const cli = commandLine(configuration(sampleSecret));
    const { code, err } = await cli.run(['invite', 'create']);
    assert.equal(code, 3);
    assert.match(err, /the running app has another secret/);
    assert.equal((await commandLine(configuration(other)).run(['invite', 'create'])).code, 0);
  });
});
