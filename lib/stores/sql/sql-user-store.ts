import type { EnrollmentClock } from '../../base/clock.js';
import { randomId } from '../../base/ids.js';
import { mergeDeep } from '../../base/json.js';
import type { AccountIdentity } from '../../ports/connections.js';
import type { AcceptanceRecorder, AccountChange, NewAccount, UserStore } from '../../ports/user-store.js';
import { storedProfile, verifiedAfter } from '../stored-user.js';
import type { Execute, SqlDatabase } from './sql-database.js';
import { historyOf, textOrNull, userOf, type SqlUser } from './user-row.js';
import type { UserStatements } from './user-statements.js';

export type SqlUserStore = Required<Omit<UserStore<SqlUser>, 'acceptInvitation'>> & AcceptanceRecorder<SqlUser>;

/** The hashes of earlier passwords that are kept. */
const mostEarlier = 24;

/** The user store over the table `users` of an SQLite file or of a PostgreSQL database. */
export function sqlUserStore(database: SqlDatabase, sql: UserStatements, clock: EnrollmentClock): SqlUserStore {
  async function find(execute: Execute, statement: string, value: string): Promise<SqlUser | null> {
    const [row] = await execute(statement, [value]);
    return row === undefined ? null : userOf(row);
  }

  async function write(
    execute: Execute,
    id: string,
    { username, email, emailVerified, name, passwordHash, passwordChangedAt, data }: AccountChange,
  ): Promise<SqlUser> {
    // Read again within the transaction: a change made in between must not be undone.
    const present = await find(execute, sql.byIdForUpdate, id);
    if (present === null) throw new Error('no such user');
    const user = Object.freeze({
      ...present,
      ...(username === undefined ? {} : { username }),
      ...(email === undefined ? {} : { email }),
      ...(name === undefined ? {} : { name }),
      emailVerified: verifiedAfter(present, { email, emailVerified }),
      ...(passwordChangedAt === undefined ? {} : { passwordChangedAt }),
      data: mergeDeep(present.data, data ?? {}),
    });
    const { emailVerified: verified } = user;
    const json = JSON.stringify(user.data);
    await execute(sql.updateUser, [user.username, user.email, user.name, json, flagOf(verified), id]);
    if (passwordHash === undefined) return user;
    // Without a time it is the same password with newer settings: its former hash is no earlier password.
    if (passwordChangedAt === undefined) await execute(sql.updatePassword, [passwordHash, id]);
    else {
      const [row] = await execute(sql.passwords, [id]);
      const earlier = row === undefined ? [] : [textOrNull(row, 'password_hash'), ...historyOf(row)];
      const history = earlier.filter((hash) => hash !== null).slice(0, mostEarlier);
      await execute(sql.changePassword, [passwordHash, passwordChangedAt, JSON.stringify(history), id]);
    }
    return user;
  }

  return Object.freeze<SqlUserStore>({
    toProfile: storedProfile,

    async create(
      {
        username,
        email,
        emailVerified: given,
        name,
        passwordHash,
        data,
        identity: external,
      }: NewAccount & AccountIdentity,
      redemption,
    ) {
      const identity = { id: randomId(), username, email, name };
      const emailVerified = email === null ? null : (given ?? null);
      const createdAt = clock.now();
      const passwordChangedAt = passwordHash === null ? null : createdAt;
      const user = Object.freeze({
        ...identity,
        data: mergeDeep({}, data),
        active: true,
        emailVerified,
        passwordChangedAt,
        createdAt,
      });
      const row = redemption.row(user.id);
      const json = JSON.stringify(user.data);
      await database.write(async (execute) => {
        await execute(sql.insertUser, [
          user.id,
          username,
          email,
          name,
          passwordHash,
          json,
          createdAt,
          passwordChangedAt,
          flagOf(emailVerified),
        ]);
        await execute(sql.insertRedemption, [row.redemption_key, row.enrollment_id, row.invitation_id, row.user_id]);
        if (external)
          await execute(sql.insertConnection, [external.source, external.issuer, external.subject, user.id]);
      });
      return user;
    },

    findById: (id) => find(database.read, sql.findById, id),

    findByLogin: (field, canonical) =>
      find(database.read, field === 'username' ? sql.byUsername : sql.byEmail, canonical),

    async passwordHash({ id }) {
      const [row] = await database.read(sql.passwordHash, [id]);
      return row === undefined ? null : textOrNull(row, 'password_hash');
    },

    async passwordHistory({ id }, count) {
      const [row] = await database.read(sql.passwords, [id]);
      return row === undefined ? [] : historyOf(row).slice(0, count);
    },

    update: ({ id }, change) => database.write((execute) => write(execute, id, change)),

    replacePassword: ({ id }, present, change) =>
      database.write(async (execute) => {
        // The lock of the row: a write that is delayed sees the later password.
        if ((await find(execute, sql.byIdForUpdate, id)) === null) throw new Error('no such user');
        const [row] = await execute(sql.passwordHash, [id]);
        const hash = row === undefined ? null : textOrNull(row, 'password_hash');
        return hash === present ? write(execute, id, change) : null;
      }),

    // What the invitation grants is the app's to write: in `onInvitationAccepted`.
    async acceptInvitation({ id }, redemption) {
      const row = redemption.row(id);
      await database.write(async (execute) => {
        const present = await find(execute, sql.byIdForUpdate, id);
        if (present?.active !== true) throw new Error('no such active user');
        await execute(sql.insertRedemption, [row.redemption_key, row.enrollment_id, row.invitation_id, row.user_id]);
      });
    },

    async probe() {
      await database.read(sql.probe, []);
    },

    isEmpty: async () => (await database.read(sql.any, [])).length === 0,

    async remove({ id }) {
      // The redemption stays: a person can be erased, but the record of the used seat stays.
      await database.write(async (execute) => {
        await execute(sql.deleteConnections, [id]);
        await execute(sql.deleteAuthenticators, [id]);
        await execute(sql.deleteConsents, [id]);
        await execute(sql.deleteUser, [id]);
      });
    },
  });
}

function flagOf(value: boolean | null): number | null {
  return value === null ? null : Number(value);
}
