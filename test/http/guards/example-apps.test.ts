import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { after, before, describe, it } from 'mocha';
import type { Pool } from 'pg';
import { sampleOf } from '../../support/campaign.js';
import { accountOf } from '../../support/account.js';
import type { ChildServer } from '../../support/child-server.js';
import { startExampleApp } from '../../support/guards/example-app.js';
import { form } from '../../support/html-form.js';
import { startPostgres, type TestPostgres } from '../../support/postgres-server.js';
import { RawClient, type RawAnswer } from '../../support/raw-client.js';
import { startRedis, type TestRedis } from '../../support/redis-server.js';
import { waitUntil } from '../../support/wait-until.js';

const examples = join(packageRoot, 'examples');
const account = (name: string): Record<string, string> => ({
  email: `${name}@example.com`,
  name,
  password: 'velvet tram over the harbour',
});

/** The number of removed and added lines between two texts (outside their longest common subsequence). */
function changedLines(from: readonly string[], to: readonly string[]): number {
  let row = Array.from({ length: to.length + 1 }, () => 0);
  for (const line of from) {
    const next = [0];
    for (const [index, other] of to.entries())
      next.push(line === other ? row[index]! + 1 : Math.max(row[index + 1]!, next[index]!));
    row = next;
  }
  return from.length + to.length - 2 * row.at(-1)!;
}

describe('the existing app', () => {
  let postgres: TestPostgres;
  let redis: TestRedis;
  let database: string;
  let pool: Pool;
  before(async () => {
    [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    database = await postgres.database();
    pool = postgres.pool(database);
  });
  after(async () => {
    await postgres.stop();
    await redis.stop();
  });

  const start = (version: string, more: Record<string, string> = {}): Promise<ChildServer> =>
    startExampleApp(['existing-app', version], { DATABASE_URL: database, ...more });
  const post = (client: RawClient, fields: Record<string, string>, path = '/signup'): Promise<RawAnswer> =>
    client.post(path, fields);
  const emails = async (): Promise<readonly string[]> =>
    (await pool.query('SELECT email FROM members ORDER BY id')).rows.map(({ email }) => email);
  const invitationOf = (server: ChildServer): Promise<string> =>
    waitUntil(
      () => /Invitation for ten: (\S+)/.exec(server.stdout())?.[1],
      () => `no invitation was printed:\n${server.stdout()}${server.stderr()}`,
    );

  it('becomes invite-only with fewer than 25 changed lines of code and views', () => {
    const files = (version: string): ReadonlyMap<string, readonly string[]> => {
      const folder = join(examples, 'existing-app', version);
      const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.'));
      return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8').split('\n')]));
    };
    const [old, now] = [files('before'), files('after')];
    assert.deepEqual([...old.keys()], [...now.keys()]);
    const changed = [...old].reduce((sum, [name, lines]) => sum + changedLines(lines, now.get(name)!), 0);
    assert.ok(changed > 10 && changed < 25, `${changed} lines`);
  });

  it('before: anyone can sign up', async () => {
    const server = await start('before');
    try {
      const visitor = new RawClient(server.url);
      assert.deepEqual((await post(visitor, account('early'))).location, '/members');
      assert.match((await visitor.get('/members')).text, /Hello, <strong>early@example\.com/);
      const twice = await post(new RawClient(server.url), account('early'));
      assert.equal(twice.status, 422);
      assert.match(twice.text, /There is an account with this address already/);
    } finally {
      await server.stop();
    }
  });

  for (const stores of sampleOf(['Redis', 'memory'], 1)) {
    it(`after, over ${stores}: only with a code; existing accounts are unchanged`, async () => {
      const server = await start('after', stores === 'Redis' ? { REDIS_URL: redis.url } : {});
      try {
        const code = await invitationOf(server);
        const name = `late-${stores.toLowerCase()}`;
        const visitor = new RawClient(server.url);
        const asked = form((await visitor.get('/signup')).text);
        assert.ok(asked.controls.some((control) => control.name === 'invite_code'));

        for (const invite_code of ['', 'WRONG-WORD']) {
          const refused = await post(visitor, { ...account(name), invite_code });
          assert.equal(refused.status, 422);
          assert.match(refused.text, /role="alert">(Enter your invitation code|We can’t find an invitation)/);
          assert.equal(form(refused.text).controls.find((one) => one.name === 'invite_code')?.value, invite_code);
        }
        // The code stays in the form when another field is wrong, and is not used up.
        const taken = await post(visitor, { ...account('early'), invite_code: code });
        assert.equal(taken.status, 422);
        assert.equal(form(taken.text).controls.find((one) => one.name === 'invite_code')?.value, code);

        // By link, with a double click.
        const invited = await visitor.get(`/signup?invite=${code}&from=mail`);
        assert.deepEqual([invited.status, invited.location], [303, '/signup?from=mail']);
        const value = form((await visitor.get(invited.location)).text).controls.find(
          (one) => one.name === 'invite_code',
        );
        assert.equal(value?.value, code);
        const answers = await Promise.all([1, 2].map(() => post(visitor, { ...account(name), invite_code: code })));
        assert.deepEqual(
          answers.map(({ status, location }) => [status, location]),
          [
            [303, '/members'],
            [303, '/members'],
          ],
          server.stderr(),
        );
        assert.match((await visitor.get('/members')).text, new RegExp(`Hello, <strong>${name}@example\\.com`));
        assert.equal((await emails()).filter((email) => email.startsWith(name)).length, 1);
        const rows = await pool.query(
          'SELECT 1 FROM enrollment_redemptions JOIN members ON user_id = members.id::text WHERE email = $1',
          [`${name}@example.com`],
        );
        assert.equal(rows.rowCount, 1);

        const old = new RawClient(server.url);
        const { email = '', password = '' } = account('early');
        assert.equal((await post(old, { email, password }, '/login')).location, '/members');
      } finally {
        await server.stop();
      }
    });
  }
});

describe('the app in plain CommonJS', () => {
  it('has at most sixty lines', () => {
    const lines = readFileSync(join(examples, 'commonjs-app/server.js'), 'utf8').trimEnd().split('\n');
    assert.ok(lines.length <= 60, `${lines.length} lines`);
  });

  it('goes from the printed code to a signed-in user', async () => {
    const server = await startExampleApp(['commonjs-app']);
    try {
      const [, page = '', code = ''] = /Open http:\/\/[^/]+(\S+) and type (\S+)/.exec(server.stdout()) ?? [];
      const visitor = new RawClient(server.url);
      for (const answers of [{ invite_code: code }, accountOf('commonjs')]) {
        const { hidden } = form((await visitor.get(page)).text);
        const answer = await visitor.post(page, { ...hidden, ...answers });
        assert.equal(answer.status, 303, answer.text);
      }
      assert.equal((await visitor.get('/')).text, 'Hello, commonjs.');
    } finally {
      await server.stop();
    }
  });
});
