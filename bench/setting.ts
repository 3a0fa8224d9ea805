import type { Accounts } from './accounts/accounts.js';
import { memoryAccounts } from './accounts/memory.js';
import { sqliteAccounts } from './accounts/sqlite.js';

/** The settings that the driver passes to a server process, all by environment. */
export interface Setting {
  readonly port: number;
  readonly redisUrl: string;
  readonly secret: string;
  /** The custom code that every visitor uses, and how often it may be used. */
  readonly code: string;
  readonly codeMax: number;
  readonly hash: 'sha256' | 'argon2id';
  /** A file for SQLite; empty for a table in memory. */
  readonly storeFile: string;
}

const nameOf: Record<keyof Setting, string> = {
  port: 'BENCH_PORT',
  redisUrl: 'BENCH_REDIS_URL',
  secret: 'BENCH_SECRET',
  code: 'BENCH_CODE',
  codeMax: 'BENCH_CODE_MAX',
  hash: 'BENCH_HASH',
  storeFile: 'BENCH_STORE_FILE',
};

export function toEnvironment(setting: Setting): Record<string, string> {
  return Object.fromEntries(
    (Object.keys(nameOf) as (keyof Setting)[]).map((key) => [nameOf[key], String(setting[key])]),
  );
}

export function fromEnvironment(): Setting {
  const text = (key: keyof Setting): string => {
    const value = process.env[nameOf[key]];
    if (value === undefined) throw new Error(`${nameOf[key]} is not set: start the servers through bench/run`);
    return value;
  };
  return {
    port: Number(text('port')),
    redisUrl: text('redisUrl'),
    secret: text('secret'),
    code: text('code'),
    codeMax: Number(text('codeMax')),
    hash: text('hash') === 'argon2id' ? 'argon2id' : 'sha256',
    storeFile: text('storeFile'),
  };
}

export async function openAccounts(setting: Setting): Promise<Accounts> {
  return setting.storeFile === '' ? memoryAccounts() : sqliteAccounts(setting.storeFile);
}
