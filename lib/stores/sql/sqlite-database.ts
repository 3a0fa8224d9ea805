import type { Client, InValue, Transaction } from '@libsql/client';
import { EnrollmentError, storeAway } from '../../base/error.js';
import { makeFile, urlOf } from './sqlite-place.js';
import { migrations, migrationsTable } from './sqlite-schema.js';
import type { SqlRow } from './user-row.js';
import { createWriteQueue } from './write-queue.js';

export type SqlValue = string | number | null;

/** One statement; its rows. */
export type Execute = (sql: string, values?: readonly SqlValue[]) => Promise<readonly SqlRow[]>;

export interface SqliteDatabase {
  /** Opens the file, if nobody has yet; tried anew after a failure. */
  ready(): Promise<void>;
  read: Execute;
  /** Everything `work` does happens, or nothing; no other write is in between. */
  write<T>(work: (execute: Execute) => Promise<T>): Promise<T>;
  /** Waits for writes under way. Later calls fail with ERR_ENROLLMENT_STORE_AWAY. */
  close(): Promise<void>;
}

/** An embedded SQLite file over @libsql/client, opened at first use. */
export function sqliteDatabase(path: string, patienceMs: number): SqliteDatabase {
  const queue = createWriteQueue(patienceMs, isBusy);
  let opening: Promise<Client> | null = null;
  let closed = false;

  function client(): Promise<Client> {
    if (closed) return Promise.reject(storeAway('the SQLite file of users', new Error('it was closed')));
    opening ??= open().catch((error: unknown) => {
      opening = null;
      throw coded(error);
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
    async read(sql, values = []) {
      const opened = await client();
      return run(opened, sql, values).catch(rethrowCoded);
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

async function driver(): Promise<typeof import('@libsql/client')> {
  try {
    return await import('@libsql/client');
  } catch (cause) {
    throw new EnrollmentError('ERR_ENROLLMENT_CONFIG', 'sqliteUsers needs the package @libsql/client: npm install @libsql/client', { cause });
  }
}

async function prepare(client: Client): Promise<void> {
  // Readers and the writer do not wait for each other; a property of the file, and `synchronous` is FULL by default:
  // what was committed outlives a power cut.
  await client.executeMultiple('PRAGMA journal_mode = WAL');
  await transact(client, async (execute) => {
    await execute(migrationsTable);
    const [row] = await execute('SELECT coalesce(max(step), 0) AS taken FROM enrollment_migrations');
    for (const [index, statements] of migrations.entries()) {
      if (index < Number(row?.['taken'])) continue;
      for (const statement of statements) await execute(statement);
      await execute('INSERT INTO enrollment_migrations (step) VALUES (?)', [index + 1]);
    }
  });
}

async function transact<T>(client: Client, work: (execute: Execute) => Promise<T>): Promise<T> {
  const transaction = await client.transaction('deferred');
  try {
    // A prepared BEGIN IMMEDIATE that meets a lock stays "in progress" in this driver and spoils its connection for
    // good (tursodatabase/libsql-client-ts#352). Run as a script it does not. Once begun, nothing else can be busy.
    await transaction.executeMultiple('COMMIT; BEGIN IMMEDIATE');
    const done = await work((sql, values = []) => run(transaction, sql, values));
    await transaction.commit();
    return done;
  } finally {
    transaction.close();
  }
}

async function run(on: Client | Transaction, sql: string, values: readonly SqlValue[]): Promise<readonly SqlRow[]> {
  const args: InValue[] = [...values];
  return (await on.execute({ sql, args })).rows;
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function isBusy(error: unknown): boolean {
  return codeOf(error) === 'SQLITE_BUSY';
}

/** A broken unique key is the caller's to look at; a file that cannot be used just now is a store that is away. */
function coded(error: unknown): unknown {
  const code = codeOf(error);
  if (code.startsWith('ERR_ENROLLMENT_') || code === 'SQLITE_CONSTRAINT') return error;
  if (code === 'SQLITE_ERROR' || code === 'SQLITE_NOTADB')
    return new EnrollmentError('ERR_ENROLLMENT_USER_STORE', 'the SQLite file holds something else than the tables of this store', { cause: error });
  return storeAway('the SQLite file of users', error);
}

function rethrowCoded(error: unknown): never {
  throw coded(error);
}
