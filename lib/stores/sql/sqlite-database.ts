import type * as Libsql from '@libsql/client';
import type { Client } from '@libsql/client';
import { EnrollmentError, isEnrollmentError, storeAway } from '../../base/error.js';
import type { SqlDatabase } from './sql-database.js';
import { makeFile, urlOf } from './sqlite-place.js';
import { migrations, migrationsTable, migrationsTableName } from './sqlite-schema.js';
import { executeOn, transact } from './sqlite-transaction.js';
import { takeSteps } from './take-steps.js';
import { untilFree } from './until-free.js';
import { createWriteQueue } from './write-queue.js';

const name = 'the SQLite file of users';

interface SqliteDatabase extends SqlDatabase {
  /** Opens the file unless it is already open; tries again after a failure. */
  ready(): Promise<void>;
  /** Waits for active writes. Later calls fail with ERR_ENROLLMENT_STORE_AWAY. */
  close(): Promise<void>;
}

/** An embedded SQLite file over @libsql/client, opened at first use. */
export function sqliteDatabase(path: string, timeoutMs: number): SqliteDatabase {
  const queue = createWriteQueue(timeoutMs, isBusy);
  let opening: Promise<Client> | null = null;
  let closed = false;

  function client(): Promise<Client> {
    if (closed) return Promise.reject(storeAway(name, new Error('it was closed')));
    opening ??= open().catch((error: unknown) => {
      opening = null;
      // Any cause (no folder, no rights, a lock that stays) may be gone at the next attempt.
      throw isEnrollmentError(coded(error)) ? coded(error) : storeAway(name, error);
    });
    return opening;
  }

  async function open(): Promise<Client> {
    const { createClient } = await driver();
    await makeFile(path);
    return queue.run(async () => {
      const opened = createClient({ url: urlOf(path) });
      try {
        await prepare(opened);
      } catch (error) {
        opened.close();
        throw error;
      }
      return opened;
    });
  }

  return Object.freeze<SqliteDatabase>({
    async ready() {
      await client();
    },
    async read(sql, values) {
      const opened = await client();
      const since = performance.now();
      const reading = untilFree(
        () => executeOn(opened)(sql, values),
        isBusy,
        () => performance.now() - since > timeoutMs,
      );
      return (await reading.catch(rethrowCoded)).value;
    },
    async write(work) {
      const opened = await client();
      return queue.run(() => transact(opened, work)).catch(rethrowCoded);
    },
    async close() {
      closed = true;
      const opened = await opening?.catch(() => null);
      await queue.idle();
      opened?.close();
    },
  });
}

async function driver(): Promise<Pick<typeof Libsql, 'createClient'>> {
  try {
    return await import('@libsql/client');
  } catch (cause) {
    throw new EnrollmentError(
      'ERR_ENROLLMENT_CONFIG',
      'sqliteUsers needs the package @libsql/client: npm install @libsql/client',
      { cause },
    );
  }
}

async function prepare(client: Client): Promise<void> {
  // Readers and the writer do not wait for each other; WAL is a property of the file, and `synchronous` is FULL by
  // default: committed data survives a power failure.
  await client.executeMultiple('PRAGMA journal_mode = WAL');
  await transact(client, async (execute) => {
    await execute(migrationsTable);
    await takeSteps(execute, migrations, { table: migrationsTableName, placeholders: '?' });
  });
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

function isBusy(error: unknown): boolean {
  return codeOf(error) === 'SQLITE_BUSY';
}

/**
 * A unique-key violation is for the caller, and so is an error that is not SQLite's; a file that cannot be used now is
 * an unavailable store.
 */
function coded(error: unknown): unknown {
  const code = codeOf(error);
  if (code === 'SQLITE_ERROR' || code === 'SQLITE_NOTADB')
    return new EnrollmentError(
      'ERR_ENROLLMENT_USER_STORE',
      `${name} holds something else than the tables of this store`,
      {
        cause: error,
      },
    );
  return code !== 'SQLITE_CONSTRAINT' && /^(?:SQLITE|CLIENT|TRANSACTION)_/.test(code) ? storeAway(name, error) : error;
}

function rethrowCoded(error: unknown): never {
  throw coded(error);
}
