import type { Clock } from '../../base/clock.js';
import { randomId } from '../../base/ids.js';
import { mergeDeep } from '../../base/json.js';
import type { AccountIdentity } from '../../ports/connections.js';
import type { NewAccount, UserStore } from '../../ports/user-store.js';
import { connectionsTableName } from './connections-table.js';
import type { Execute } from './execute.js';
import type { SqliteDatabase } from './sqlite-database.js';
import { redemptionsTableName } from './redemptions-table.js';
import { textOrNull, userColumns, userOf, type SqliteUser } from './user-row.js';

const selectBy = {
  id: `SELECT ${userColumns} FROM users WHERE id = ?`,
  username: `SELECT ${userColumns} FROM users WHERE username = ?`,
  email: `SELECT ${userColumns} FROM users WHERE email = ?`,
} as const;
const insertUser = `INSERT INTO users (id, username, email, name, password_hash, data, active, created_at)
  VALUES (?, ?, ?, ?, ?, ?, 1, ?)`;
const insertRedemption = `INSERT INTO ${redemptionsTableName} (redemption_key, enrollment_id, invitation_id, user_id)
  VALUES (?, ?, ?, ?)`;
const insertConnection = `INSERT INTO ${connectionsTableName} (source, issuer, subject, user_id) VALUES (?, ?, ?, ?)`;
const updateUser = 'UPDATE users SET username = ?, email = ?, name = ?, data = ? WHERE id = ?';

/** The user store over the table `users` of an SQLite file. */
export function sqliteUserStore(database: SqliteDatabase, clock: Clock): Required<UserStore<SqliteUser>> {
  async function find(execute: Execute, by: keyof typeof selectBy, value: string): Promise<SqliteUser | null> {
    const [row] = await execute(selectBy[by], [value]);
    return row === undefined ? null : userOf(row);
  }

  return Object.freeze<Required<UserStore<SqliteUser>>>({
    facts: ({ id, username, email, name, active }) => ({ id, username, email, name, active }),

    async create(
      { username, email, name, passwordHash, data, identity: external }: NewAccount & AccountIdentity,
      redemption,
    ) {
      const identity = { id: randomId(), username, email, name };
      const user = Object.freeze({ ...identity, data: mergeDeep({}, data), active: true, createdAt: clock.now() });
      const row = redemption.row(user.id);
      await database.write(async (execute) => {
        await execute(insertUser, [
          user.id,
          username,
          email,
          name,
          passwordHash,
          JSON.stringify(user.data),
          user.createdAt,
        ]);
        await execute(insertRedemption, [row.redemption_key, row.enrollment_id, row.invitation_id, row.user_id]);
        if (external) await execute(insertConnection, [external.source, external.issuer, external.subject, user.id]);
      });
      return user;
    },

    byId: (id) => find(database.read, 'id', id),

    byLogin: (field, canonical) => find(database.read, field, canonical),

    async passwordHash({ id }) {
      const [row] = await database.read('SELECT password_hash FROM users WHERE id = ?', [id]);
      return row === undefined ? null : textOrNull(row, 'password_hash');
    },

    update: ({ id }, { username, email, name, passwordHash, data }) =>
      database.write(async (execute) => {
        // Read again within the transaction: another change may have come between, and is not undone.
        const present = await find(execute, 'id', id);
        if (present === null) throw new Error('no such user');
        const user = Object.freeze({
          ...present,
          ...(username === undefined ? {} : { username }),
          ...(email === undefined ? {} : { email }),
          ...(name === undefined ? {} : { name }),
          data: mergeDeep(present.data, data ?? {}),
        });
        await execute(updateUser, [user.username, user.email, user.name, JSON.stringify(user.data), id]);
        if (passwordHash !== undefined)
          await execute('UPDATE users SET password_hash = ? WHERE id = ?', [passwordHash, id]);
        return user;
      }),

    async probe() {
      await database.read(`SELECT ${userColumns}, password_hash FROM users LIMIT 1`, []);
    },

    isEmpty: async () => (await database.read('SELECT 1 FROM users LIMIT 1', [])).length === 0,

    async remove({ id }) {
      // The redemption stays: people can be erased, that the place was taken cannot.
      await database.write(async (execute) => {
        await execute(`DELETE FROM ${connectionsTableName} WHERE user_id = ?`, [id]);
        await execute('DELETE FROM users WHERE id = ?', [id]);
      });
    },
  });
}
