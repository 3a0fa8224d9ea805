import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createClient } from '@libsql/client';
import type { SqlitePlace } from '../../../lib/stores/sql/sqlite-place.js';
import { sqliteUsers } from '../../../lib/stores/sql/sqlite-users.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import { redemptionsContract } from '../../../lib/testing/contracts/redemptions.js';
import { userStoreContract } from '../../../lib/testing/contracts/user-store.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const folder = temporaryFolder();
let files = 0;
const newFile = (): string => join(folder, `users-${(files += 1)}.db`);

describe('sqliteUsers', () => {
  describe('keeps the contract of a user store', () => {
    const open = async () => sqliteUsers(newFile());
    for (const { title, run } of userStoreContract(open, { mayLack: ['username', 'email'] })) it(title, run);
  });

  describe('keeps the contract of redemptions', () => {
    const open = async () => {
      const store = sqliteUsers(newFile());
      return {
        redemptions: store.redemptions,
        insert: async (row: ReturnType<ReturnType<typeof sampleRedemption>['row']>) => {
          await store.users.create(sampleAccount(), { ...sampleRedemption(), row: () => row });
        },
        close: store.close,
      };
    };
    for (const { title, run } of redemptionsContract(open)) it(title, run);
  });

  describe('its file', () => {
    it('is created with its folders, readable only by its owner', async () => {
      const file = join(folder, 'deep', 'er', 'users.db');
      const store = sqliteUsers(file);
      await store.ready();
      assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.equal(statSync(join(folder, 'deep', 'er')).mode & 0o077, 0);
      assert.equal(statSync(`${file}-wal`).mode & 0o077, 0);
      await store.close();
    });

    it('is not opened before it is needed', async () => {
      const file = newFile();
      await sqliteUsers(file).close();
      assert.throws(() => statSync(file), { code: 'ENOENT' });
    });

    it('uses a write-ahead log, synced at each commit', async () => {
      const file = newFile();
      const store = sqliteUsers(file);
      await store.ready();
      const client = createClient({ url: `file:${file}` });
      assert.equal((await client.execute('PRAGMA journal_mode')).rows[0]?.['journal_mode'], 'wal');
      assert.equal((await client.execute('PRAGMA synchronous')).rows[0]?.['synchronous'], 2);
      client.close();
      await store.close();
    });

    it('keeps its content when it is opened again, by any form of its name', async () => {
      const file = join(folder, `a b#ü?%41'${(files += 1)}.db`);
      const first = sqliteUsers(file);
      const user = await first.users.create(sampleAccount({ data: { team: 'red' } }), sampleRedemption());
      await first.close();
      const seats: SqlitePlace[] = [file, { url: file }, pathToFileURL(file), { url: pathToFileURL(file).href }];
      for (const place of seats) {
        const again = sqliteUsers(place);
        assert.deepEqual(await again.users.findById(user.id), user);
        await again.close();
      }
    });

    it('may be opened many times at once while it is new', async () => {
      const file = newFile();
      const stores = Array.from({ length: 8 }, () => sqliteUsers(file));
      await Promise.all(stores.map((store) => store.ready()));
      await Promise.all(stores.map((store) => store.users.create(sampleAccount(), sampleRedemption())));
      await Promise.all(stores.map((store) => store.close()));
    });

    it('may contain tables of the app beside ours', async () => {
      const file = newFile();
      const client = createClient({ url: `file:${file}` });
      await client.executeMultiple('PRAGMA user_version = 7; CREATE TABLE notes (id)');
      client.close();
      const store = sqliteUsers(file);
      await store.users.create(sampleAccount(), sampleRedemption());
      await store.close();
    });

    it('is refused, and left as it is, with a foreign users table', async () => {
      const file = newFile();
      const client = createClient({ url: `file:${file}` });
      await client.executeMultiple('CREATE TABLE users (id INTEGER, login TEXT)');
      const store = sqliteUsers(file);
      await assert.rejects(store.ready(), { code: 'ERR_ENROLLMENT_USER_STORE' });
      const { rows } = await client.execute("SELECT name FROM sqlite_master WHERE type = 'table'");
      assert.deepEqual(
        rows.map((row) => row['name']),
        ['users'],
      );
      client.close();
      await store.close();
    });

    it('is refused if it is not a database', async () => {
      const file = newFile();
      writeFileSync(file, 'something else entirely\n'.repeat(200));
      const store = sqliteUsers(file);
      await assert.rejects(store.ready(), { code: 'ERR_ENROLLMENT_USER_STORE' });
      assert.match(readFileSync(file, 'utf8'), /^something else/);
      await store.close();
    });

    it('that cannot be created is a store outage, until it can', async () => {
      const inTheWay = join(folder, `in-the-way-${(files += 1)}`);
      writeFileSync(inTheWay, '');
      const store = sqliteUsers(join(inTheWay, 'users.db'));
      await assert.rejects(store.ready(), { code: 'ERR_ENROLLMENT_STORE_AWAY', status: 503 });
      await assert.rejects(store.users.findById('x'), { code: 'ERR_ENROLLMENT_STORE_AWAY', status: 503 });
      rmSync(inTheWay);
      await store.ready();
      await store.close();
    });
  });

  describe('refuses at once', () => {
    const seats: [string, SqlitePlace][] = [
      ['an empty name', ''],
      ['a database in memory', ':memory:'],
      ['a database in memory, as a URL', 'file::memory:?cache=shared'],
      ['a server', 'libsql://db.example.com?authToken=sesame'],
      ['a server over HTTP', { url: 'https://user:sesame@db.example.com' }],
      ['a name with NUL', 'users\0.db'],
    ];
    for (const [title, place] of seats) {
      it(title, () => {
        assert.throws(() => sqliteUsers(place), { code: 'ERR_ENROLLMENT_CONFIG' });
        assert.throws(
          () => sqliteUsers(place),
          (error) => !String(error).includes('sesame'),
        );
      });
    }
  });

  it('keeps data through an update, recursively, and exposes no password hash', async () => {
    const store = sqliteUsers(newFile());
    const user = await store.users.create(
      sampleAccount({ data: { attributes: { team: 'red', seat: 1 } } }),
      sampleRedemption(),
    );
    const updated = await store.users.update(user, {
      data: { attributes: { team: 'blue' } },
      passwordHash: 'new-hash',
    });
    assert.deepEqual(updated.data, { attributes: { team: 'blue', seat: 1 } });
    assert.deepEqual(await store.users.findById(user.id), updated);
    assert.equal(await store.users.passwordHash(user), 'new-hash');
    assert.doesNotMatch(JSON.stringify(updated), /hash/);
    await store.close();
  });

  it('does not lose one of two updates that run at once', async () => {
    const store = sqliteUsers(newFile());
    const user = await store.users.create(sampleAccount(), sampleRedemption());
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => store.users.update(user, { data: { [`key${index}`]: index } })),
    );
    assert.equal(Object.keys((await store.users.findById(user.id))?.data ?? {}).length, 20);
    await store.close();
  });

  it('does not update a deleted user, and does not report an outage for it', async () => {
    const store = sqliteUsers(newFile());
    const user = await store.users.create(sampleAccount(), sampleRedemption());
    await store.users.remove(user);
    await assert.rejects(store.users.update(user, { name: 'Ann' }), /^Error: no such user$/);
    assert.equal(await store.users.passwordHash(user), null);
    await store.close();
  });

  it('says which column of a row is damaged', async () => {
    const file = newFile();
    const store = sqliteUsers(file);
    const user = await store.users.create(sampleAccount(), sampleRedemption());
    const client = createClient({ url: `file:${file}` });
    await client.execute("UPDATE users SET data = '[1]'");
    client.close();
    await assert.rejects(store.users.findById(user.id), { code: 'ERR_ENROLLMENT_USER_STORE', message: /data/ });
    await store.close();
  });

  it('is closed once, after pending writes, and is then down', async () => {
    const store = sqliteUsers(newFile());
    const writes = Array.from({ length: 10 }, () => store.users.create(sampleAccount(), sampleRedemption()));
    await store.ready();
    await Promise.all([store.close(), store.close()]);
    const ended = await Promise.allSettled(writes);
    assert.deepEqual(new Set(ended.map(({ status }) => status)), new Set(['fulfilled']));
    await assert.rejects(store.users.findById('x'), { code: 'ERR_ENROLLMENT_STORE_AWAY' });
  });
});
