import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@libsql/client';
import { startServer } from '../child-server.js';
import { freePort } from '../free-port.js';
import { temporaryFolder } from '../temporary-folder.js';

export interface ExampleOptions {
  readonly redis?: string;
  /** Lets a second process continue with the data of the first one. */
  readonly secret?: string;
  /** The SQLite file; default a new one. */
  readonly database?: string;
  readonly port?: number;
  /** The address for browsers; default its own port on localhost. */
  readonly baseUrl?: string;
}

/** The runnable app `examples/invite-signup`, as a process of its own. */
export interface Example {
  /** The public address. */
  readonly url: string;
  /** The short link of the sign-up flow. */
  readonly page: string;
  readonly port: number;
  readonly database: string;
  /** What it printed at startup: a code that is valid for one account, and its link. */
  readonly printed: { readonly code: string; readonly link: string };
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** Valid for 10,000 accounts, until the end of this year in Jakarta. */
export const wordOfThisYear = 'TESCODEFORTHISYEAR';
export const expiredWord = 'TESCODEIFEXPIRE';

const program = fileURLToPath(new URL('../../../examples/invite-signup/server.js', import.meta.url));

export async function startExample(options: ExampleOptions = {}): Promise<Example> {
  const { database = join(temporaryFolder(), 'users.sqlite') } = options;
  const port = options.port ?? (await freePort());
  const server = await startServer(program, {
    env: {
      NODE_ENV: 'test',
      PORT: String(port),
      BASE_URL: options.baseUrl,
      REDIS_URL: options.redis,
      ENROLLMENT_SECRET: options.secret,
      DATABASE: database,
    },
    ready: /or by its link: (\S+)\)/,
  });
  const link = server.url;
  const code = /^ +(\S+) +\(once;/m.exec(server.stdout())?.[1] ?? '';
  const page = new URL(link);
  page.search = '';
  return {
    url: page.origin,
    page: page.href,
    port,
    database,
    printed: { code, link },
    stop: server.stop,
    kill: server.kill,
  };
}

export interface StoredAccount {
  readonly username: string;
  readonly email: string;
  readonly passwordHash: string;
  /** `null` when the account was written without its redemption. */
  readonly redemptionKey: string | null;
}

/** Every account of an SQLite file, each with its seat. */
export async function accountsIn(database: string): Promise<readonly StoredAccount[]> {
  const client = createClient({ url: `file:${database}` });
  try {
    const { rows } = await client.execute(
      `SELECT username, email, password_hash, redemption_key
       FROM users LEFT JOIN enrollment_redemptions ON user_id = id ORDER BY created_at, username`,
    );
    return rows.map((row) => ({
      username: String(row['username']),
      email: String(row['email']),
      passwordHash: String(row['password_hash']),
      redemptionKey: row['redemption_key'] === null ? null : String(row['redemption_key']),
    }));
  } finally {
    client.close();
  }
}
