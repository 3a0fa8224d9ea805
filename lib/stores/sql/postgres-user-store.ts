import type { Clock } from '../../base/clock.js';
import { randomId } from '../../base/ids.js';
import { mergeDeep } from '../../base/json.js';
import type { AccountIdentity } from '../../ports/connections.js';
import type { NewAccount, UserStore } from '../../ports/user-store.js';
import type { Execute, SqlRow } from './execute.js';
import type { PostgresDatabase } from './postgres-database.js';
import type { PostgresTables } from './postgres-schema.js';
import { textOrNull, userOf, type PostgresUser } from './user-row.js';

const columns = `id, username, email, name, data::text AS data, active::int AS active,
  round(extract(epoch FROM created_at) * 1000)::float8 AS created_at`;

/** The user store over the table `users` of a PostgreSQL database. */
export function postgresUserStore(
  database: PostgresDatabase,
  { users, redemptions, connections }: PostgresTables,
  clock: Clock,
): Required<UserStore<PostgresUser>> {
  const selectBy = {
    id: `SELECT ${columns} FROM ${users} WHERE id = $1`,
    username: `SELECT ${columns} FROM ${users} WHERE username = $1`,
    email: `SELECT ${columns} FROM ${users} WHERE email = $1`,
  } as const;
  const insertUser = `INSERT INTO ${users} (id, username, email, name, password_hash, data, created_at)
  VALUES ($1, $2, $3, $4, $5, $6::jsonb, to_timestamp($7::float8 / 1000))`;
  const insertRedemption = `INSERT INTO ${redemptions} (redemption_key, enrollment_id, invitation_id, user_id)
  VALUES ($1, $2, $3, $4)`;
  const insertConnection = `INSERT INTO ${connections} (source, issuer, subject, user_id) VALUES ($1, $2, $3, $4)`;
  const updateUser = `UPDATE ${users} SET username = $1, email = $2, name = $3, data = $4::jsonb WHERE id = $5`;

  async function find(by: keyof typeof selectBy, value: string): Promise<PostgresUser | null> {
    const [row] = await database.read(selectBy[by], [value]);
    return row === undefined ? null : userOf(plain(row));
  }

  async function lockUser(execute: Execute, id: string): Promise<PostgresUser> {
    const [row] = await execute(`${selectBy.id} FOR UPDATE`, [id]);
    if (row === undefined) throw new Error('no such user');
    return userOf(plain(row));
  }

  return Object.freeze<Required<UserStore<PostgresUser>>>({
    facts: ({ id, username, email, name, active }) => ({ id, username, email, name, active }),

    async create(
      { username, email, name, passwordHash, data, identity: external }: NewAccount & AccountIdentity,
      redemption,
    ) {
      const identity = { id: randomId(), username, email, name };
      const user = Object.freeze({ ...identity, data: mergeDeep({}, data), active: true, createdAt: clock.now() });
      const row = redemption.row(user.id);
      const json = JSON.stringify(user.data);
      await database.write(async (execute) => {
        await execute(insertUser, [user.id, username, email, name, passwordHash, json, user.createdAt]);
        await execute(insertRedemption, [row.redemption_key, row.enrollment_id, row.invitation_id, row.user_id]);
        if (external) await execute(insertConnection, [external.source, external.issuer, external.subject, user.id]);
      });
      return user;
    },

    byId: (id) => find('id', id),

    byLogin: (field, canonical) => find(field, canonical),

    async passwordHash({ id }) {
      const [row] = await database.read(`SELECT password_hash FROM ${users} WHERE id = $1`, [id]);
      return row === undefined ? null : textOrNull(row, 'password_hash');
    },

    update: ({ id }, { username, email, name, passwordHash, data }) =>
      database.write(async (execute) => {
        // Read again and locked: another change may have come between, and is not undone.
        const present = await lockUser(execute, id);
        const user = Object.freeze({
          ...present,
          ...(username === undefined ? {} : { username }),
          ...(email === undefined ? {} : { email }),
          ...(name === undefined ? {} : { name }),
          data: mergeDeep(present.data, data ?? {}),
        });
        await execute(updateUser, [user.username, user.email, user.name, JSON.stringify(user.data), id]);
        if (passwordHash !== undefined)
          await execute(`UPDATE ${users} SET password_hash = $1 WHERE id = $2`, [passwordHash, id]);
        return user;
      }),

    async probe() {
      await database.read(`SELECT ${columns}, password_hash FROM ${users} LIMIT 1`, []);
    },

    isEmpty: async () => (await database.read(`SELECT 1 FROM ${users} LIMIT 1`, [])).length === 0,

    async remove({ id }) {
      // The redemption stays: people can be erased, that the place was taken cannot.
      await database.write(async (execute) => {
        await execute(`DELETE FROM ${connections} WHERE user_id = $1`, [id]);
        await execute(`DELETE FROM ${users} WHERE id = $1`, [id]);
      });
    },
  });
}

/** JSON and times are asked for as text and numbers, and an app may have taught its driver other numbers too. */
function plain(row: SqlRow): SqlRow {
  return { ...row, active: Number(row['active']), created_at: Number(row['created_at']) };
}
