import type { Client, InValue, Transaction } from '@libsql/client';
import type { Execute } from './sql-database.js';

/**
 * Runs `work` in a transaction: all of its changes are applied, or none. Fails with SQLITE_BUSY, before `work` begins,
 * while another process writes.
 */
export async function transact<T>(client: Client, work: (execute: Execute) => Promise<T>): Promise<T> {
  const transaction = await client.transaction('deferred');
  try {
    // A prepared BEGIN IMMEDIATE that meets a lock stays "in progress" in this driver and breaks its connection
    // permanently (tursodatabase/libsql-client-ts#352). Run as a script it does not. Once begun, nothing else can be
    // busy.
    await transaction.executeMultiple('COMMIT; BEGIN IMMEDIATE');
    const done = await work(executeOn(transaction));
    await transaction.commit();
    return done;
  } finally {
    transaction.close();
  }
}

export function executeOn(connection: Client | Transaction): Execute {
  return async (sql, values = []) => {
    const args: InValue[] = [...values];
    return (await connection.execute({ sql, args })).rows;
  };
}
