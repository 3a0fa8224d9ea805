import assert from 'node:assert/strict';
import { startPostgres } from './postgres-server.js';

describe('startPostgres', () => {
  it('creates databases, dies at once, keeps commits, and leaves nothing behind', async () => {
    const server = await startPostgres();
    const url = await server.database();
    const pool = server.pool(url);
    await pool.query('CREATE TABLE kept (n int)');
    await pool.query('INSERT INTO kept VALUES (1)');
    await server.kill();
    await assert.rejects(pool.query('SELECT 1'));
    await server.start();
    assert.deepEqual((await pool.query('SELECT n FROM kept')).rows, [{ n: 1 }]);
    const other = server.pool(await server.database());
    await assert.rejects(other.query('SELECT n FROM kept'), { code: '42P01' });
    await server.stop();
    await assert.rejects(server.pool(url).query('SELECT 1'), { code: 'ECONNREFUSED' });
  });

  it('stops responding while it is frozen', async () => {
    const server = await startPostgres();
    const pool = server.pool(await server.database());
    await pool.query('SELECT 1');
    server.freeze();
    const answer = pool.query<{ n: number }>('SELECT 7 AS n').then(({ rows }) => rows[0]?.n);
    assert.equal(
      await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 100, 'nothing'))]),
      'nothing',
    );
    server.thaw();
    assert.equal(await answer, 7);
    await server.stop();
  });
});
