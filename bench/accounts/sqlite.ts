import { createClient, type Client, type InStatement, type Row } from '@libsql/client';
import type { Account, Accounts, LoginField, RedemptionRow } from './accounts.js';

const schema = [
  `create table if not exists accounts (id text primary key, username text not null unique,
     email text not null unique, password_hash text not null)`,
  `create table if not exists enrollment_redemptions (redemption_key text primary key,
     enrollment_id text not null unique, invitation_id text, user_id text not null)`,
];

const columnOf: Record<LoginField | 'id', string> = { id: 'id', username: 'username', email: 'email' };

function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new Error(`column ${column} holds no text`);
  return value;
}

async function findAccount(client: Client, field: LoginField | 'id', value: string): Promise<Account | null> {
  const { rows } = await client.execute({
    sql: `select id, username, email, password_hash from accounts where ${columnOf[field]} = ?`,
    args: [value],
  });
  const row = rows[0];
  return row === undefined
    ? null
    : {
        id: text(row, 'id'),
        username: text(row, 'username'),
        email: text(row, 'email'),
        passwordHash: text(row, 'password_hash'),
      };
}

async function findRedemption(client: Client, column: string, value: string): Promise<RedemptionRow | null> {
  const { rows } = await client.execute({
    sql: `select redemption_key, enrollment_id, invitation_id, user_id from enrollment_redemptions where ${column} = ?`,
    args: [value],
  });
  const row = rows[0];
  return row === undefined
    ? null
    : {
        redemption_key: text(row, 'redemption_key'),
        enrollment_id: text(row, 'enrollment_id'),
        invitation_id: row['invitation_id'] === null ? null : text(row, 'invitation_id'),
        user_id: text(row, 'user_id'),
      };
}

/** A real file, which shows the store's share: `--store=sqlite`. */
export async function sqliteAccounts(file: string): Promise<Accounts> {
  const client = createClient({ url: `file:${file}` });
  await client.execute('pragma journal_mode = wal');
  await client.batch(schema, 'write');
  return {
    async insert(account, redemption) {
      const statements: InStatement[] = [
        {
          sql: 'insert into accounts (id, username, email, password_hash) values (?, ?, ?, ?)',
          args: [account.id, account.username, account.email, account.passwordHash],
        },
      ];
      if (redemption)
        statements.push({
          sql: `insert into enrollment_redemptions (redemption_key, enrollment_id, invitation_id, user_id)
                values (?, ?, ?, ?)`,
          args: [redemption.redemption_key, redemption.enrollment_id, redemption.invitation_id, redemption.user_id],
        });
      await client.batch(statements, 'write');
    },
    findById: (id) => findAccount(client, 'id', id),
    findByLogin: (field, canonical) => findAccount(client, field, canonical),
    redemption: (by) =>
      'key' in by
        ? findRedemption(client, 'redemption_key', by.key)
        : findRedemption(client, 'enrollment_id', by.enrollmentId),
  };
}
