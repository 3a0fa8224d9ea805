import type { Knex } from 'knex';
import {
  mergeDeep,
  type AccountChange,
  type Connections,
  type JsonObject,
  type Redemptions,
  type UserStore,
} from '../../lib/index.js';
import { sqlRedemptions } from '../../lib/sql.js';

/** One row of the app's existing table. */
export interface Person {
  person_id: number;
  login_name: string | null;
  mail: string | null;
  full_name: string | null;
  mail_verified: boolean | null;
  secret_changed_at: Date | null;
  /** Set: the account is deleted, but the row stays. */
  deleted_at: Date | null;
}

interface Stored {
  profile: JsonObject;
  mail: string | null;
}

const columns = [
  'person_id',
  'login_name',
  'mail',
  'full_name',
  'mail_verified',
  'secret_changed_at',
  'deleted_at',
] as const;
const columnOf = { username: 'login_name', email: 'mail', name: 'full_name', passwordHash: 'secret' } as const;

export function knexUsers(knex: Knex): { users: UserStore<Person>; redemptions: Redemptions } {
  const users: UserStore<Person> = {
    toProfile: (person) => ({
      id: String(person.person_id),
      username: person.login_name,
      email: person.mail,
      emailVerified: person.mail_verified,
      name: person.full_name,
      active: person.deleted_at === null,
      passwordChangedAt: person.secret_changed_at?.getTime() ?? null,
    }),
    create: ({ username, email, emailVerified, name, passwordHash, data }, redemption) =>
      knex.transaction(async (t) => {
        const names = { login_name: username, mail: email, mail_verified: emailVerified ?? null, full_name: name };
        const secret_changed_at = passwordHash === null ? null : new Date();
        const row = { ...names, secret: passwordHash, secret_changed_at, profile: data };
        const [person] = await t('people').insert(row).returning<Person[]>(columns);
        if (person === undefined) throw new Error('nothing was inserted');
        await t('enrollment_redemptions').insert(redemption.row(person.person_id));
        return person;
      }),
    async findById(id) {
      // PostgreSQL rejects texts and too large numbers in a comparison with an integer column.
      if (!/^\d{1,9}$/.test(id)) return null;
      return (await knex<Person>('people').where('person_id', Number(id)).first(columns)) ?? null;
    },
    async findByLogin(field, canonical) {
      // Old rows are in mixed case. Deleted ones are found too, so that their names are not reused.
      const rows = knex<Person>('people').whereRaw('lower(??) = ?', [columnOf[field], canonical]);
      return (await rows.first(columns)) ?? null;
    },
    async passwordHash({ person_id }) {
      const row = await knex('people').where({ person_id }).first<{ secret: string | null }>('secret');
      return row?.secret ?? null;
    },
    update: ({ person_id }, change) => knex.transaction((t) => write(t('people').where({ person_id }), change)),
    replacePassword: ({ person_id }, present, change) =>
      knex.transaction(async (t) => {
        const one = t('people').where({ person_id });
        // Locks the row: a write that was delayed sees the later password.
        const row = await one.clone().forUpdate().first<{ secret: string | null } | undefined>('secret');
        return row?.secret === present ? write(one, change) : null;
      }),
  };
  async function write(
    one: Knex.QueryBuilder,
    { data, emailVerified, passwordChangedAt, ...change }: AccountChange,
  ): Promise<Person> {
    const row: Record<string, unknown> = {};
    for (const field of ['username', 'email', 'name', 'passwordHash'] as const)
      if (change[field] !== undefined) row[columnOf[field]] = change[field];
    // Locks the row, so that concurrent changes are not lost.
    const present = await one.clone().forUpdate().first<Stored | undefined>('profile', 'mail');
    if (present === undefined) throw new Error('no such person');
    // A proof is of one address, and void for another.
    if (emailVerified !== undefined) row['mail_verified'] = emailVerified;
    else if (change.email !== undefined && change.email !== present.mail) row['mail_verified'] = false;
    if (passwordChangedAt !== undefined) row['secret_changed_at'] = new Date(passwordChangedAt);
    if (data !== undefined) row['profile'] = mergeDeep(present.profile, data);
    if (Object.keys(row).length > 0) await one.clone().update(row);
    return one.clone().first<Person>(columns);
  }

  const redemptions = sqlRedemptions((sql, values) => knex.raw<{ rows: object[] }>(sql, values.map(String)));
  return { users, redemptions };
}

/** Connections in an existing unique column, for one provider. */
export function googleConnections(knex: Knex): Connections {
  const google = { source: 'google', issuer: 'https://accounts.google.com' };
  const isGoogle = (source: string, issuer: string): boolean => source === google.source && issuer === google.issuer;
  const of = (userId: string) => knex('people').where('person_id', Number(userId));
  return {
    async find({ source, issuer, subject }) {
      if (!isGoogle(source, issuer)) return null;
      const person = await knex<Person>('people').where('google_id', subject).first('person_id');
      return person === undefined ? null : String(person.person_id);
    },
    async link(userId, { source, issuer, subject }) {
      if (!isGoogle(source, issuer)) throw new Error('this column stores Google ids only');
      const linked = await of(userId)
        .where((row) => void row.whereNull('google_id').orWhere('google_id', subject))
        .update({ google_id: subject });
      if (linked !== 1) throw new Error('this person has another identity of Google’s');
    },
    async list(userId) {
      const person = await of(userId).first<{ google_id: string | null } | undefined>('google_id');
      const subject = person?.google_id ?? null;
      return subject === null ? [] : [{ ...google, subject, linkedAt: null }];
    },
    async unlink(userId, { source, issuer, subject }) {
      if (isGoogle(source, issuer)) await of(userId).where('google_id', subject).update({ google_id: null });
    },
    async hasConnection(userId) {
      return (await of(userId).whereNotNull('google_id').first('person_id')) !== undefined;
    },
  };
}
