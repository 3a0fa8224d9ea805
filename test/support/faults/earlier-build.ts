import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import type { Redis } from 'ioredis';
import { packageRoot } from '#package-root';
import { temporaryFolder } from '../temporary-folder.js';

type Recorded = { readonly key: string } & (
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'hash'; readonly value: Readonly<Record<string, string>> }
  | { readonly type: 'list' | 'zset'; readonly value: readonly string[] }
  | { readonly type: 'stream'; readonly value: readonly (readonly [string, readonly string[]])[] }
);

type Invited = { readonly id: string; readonly code: string };
type Browser = { readonly cookies: string; readonly hidden: Readonly<Record<string, string>> };

/**
 * What an earlier build of this package left behind when it was taken down amid its work: everything in Redis, its
 * users, two browsers, and the scripts it ran. Recorded from version 0.1.0, before holds, tenants and waitlists.
 *
 * Of the invitation `three` (three uses), seat 1 is alice's, and seat 2 was claimed by a process that died.
 * Carol stands at the account page with its code; alice's account and session are there, and her last form.
 */
export interface EarlierBuild {
  readonly recordedAt: number;
  readonly secret: string;
  readonly invitations: Readonly<Record<'three' | 'unlimited' | 'revoked' | 'word', Invited>>;
  /** Of a refusal of the code of `revoked`. */
  readonly reference: string;
  readonly visitors: { readonly alice: Browser; readonly carol: Browser };
  readonly redis: readonly Recorded[];
  /** The statements that make its SQLite file. */
  readonly sqlite: readonly string[];
  /** By the names of their files. */
  readonly scripts: Readonly<Record<string, string>>;
}

export function earlierBuild(): EarlierBuild {
  const file = join(packageRoot, 'test/faults/fixtures/earlier-build.json');
  return JSON.parse(readFileSync(file, 'utf8')) as EarlierBuild;
}

export async function restoreRedis(client: Redis, recorded: readonly Recorded[]): Promise<void> {
  for (const one of recorded) {
    if (one.type === 'string') await client.set(one.key, one.value);
    else if (one.type === 'hash') await client.hset(one.key, one.value);
    else if (one.type === 'list') await client.rpush(one.key, ...one.value);
    else if (one.type === 'stream') for (const [id, fields] of one.value) await client.xadd(one.key, id, ...fields);
    else
      for (let at = 0; at < one.value.length; at += 2)
        await client.zadd(one.key, Number(one.value[at + 1]), String(one.value[at]));
  }
}

/** The path of an SQLite file as that build left it. */
export async function restoreUsers(statements: readonly string[]): Promise<string> {
  const path = join(temporaryFolder(), 'users.sqlite');
  const client = createClient({ url: `file:${path}` });
  for (const statement of statements) await client.execute(statement);
  client.close();
  return path;
}
