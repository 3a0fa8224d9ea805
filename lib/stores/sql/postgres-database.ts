import { withTimeout } from '../../base/awaitable.js';
import { isEnrollmentError, storeAway } from '../../base/error.js';
import type { Execute, SqlDatabase, SqlRow } from './sql-database.js';
import { postgresFailure, postgresName } from './postgres-failure.js';
import type { PostgresConnection, PostgresPool } from './postgres-pool.js';

export interface PostgresDatabase extends SqlDatabase {
  /** `timeoutMs` replaces the database's own, for work that may wait. */
  write<T>(work: (execute: Execute) => Promise<T>, timeoutMs?: number): Promise<T>;
}

/**
 * Statements and transactions over the app's pool. Waiting for a connection and the work on it have `timeoutMs` each; a
 * connection that times out is closed, not released, so that the server rolls back what was not committed.
 */
export function postgresDatabase(pool: PostgresPool, timeoutMs: number): PostgresDatabase {
  async function connect(): Promise<PostgresConnection> {
    const connecting = pool.connect();
    try {
      return await withTimeout(timeoutMs, () => connecting, late);
    } catch (error) {
      connecting.then(
        (connection) => connection.release(),
        () => undefined,
      );
      throw postgresFailure(error);
    }
  }

  async function use<T>(work: (execute: Execute) => Promise<T>, limitMs: number): Promise<T> {
    const connection = await connect();
    // A lost connection also fails the running statement, which is enough; without a listener, the event would end the
    // process.
    connection.on?.('error', unheard);
    let close = false;
    try {
      return await withTimeout(limitMs, () => work(executeOn(connection)), late);
    } catch (error) {
      close = isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_STORE_AWAY';
      throw error;
    } finally {
      connection.release(close);
      // A closed connection may still emit an error.
      if (!close) connection.removeListener?.('error', unheard);
    }
  }

  return Object.freeze<PostgresDatabase>({
    read: (sql, values) => use((execute) => execute(sql, values), timeoutMs),
    write: (work, limitMs = timeoutMs) => use((execute) => transact(execute, work), limitMs),
  });
}

async function transact<T>(execute: Execute, work: (execute: Execute) => Promise<T>): Promise<T> {
  // Independent of the app's default: at this level two writers of one key wait for each other, and neither needs a
  // retry.
  await execute('BEGIN ISOLATION LEVEL READ COMMITTED');
  try {
    const done = await work(execute);
    await execute('COMMIT');
    return done;
  } catch (error) {
    await execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

function executeOn(connection: PostgresConnection): Execute {
  return async (sql, values = []) => {
    const { rows } = await connection.query(sql, [...values]).catch(rethrowAsKits);
    return rows.map((row): SqlRow => ({ ...row }));
  };
}

function rethrowAsKits(error: unknown): never {
  throw postgresFailure(error);
}

const late = (): Error => storeAway(postgresName, new Error('no answer in time'));
const unheard = (): void => undefined;
