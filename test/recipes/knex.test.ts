import assert from 'node:assert/strict';
import knexOver, { type Knex } from 'knex';
import { migration } from '../../lib/sql.js';
import { connectionsContract, redemptionsContract, userStoreContract } from '../../lib/testing/index.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { openTestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startPostgres, type TestPostgres } from '../support/postgres-server.js';
import { googleConnections, knexUsers } from './knex.js';
import { asMembers } from './as-members.js';

const table = `CREATE TABLE people (
  person_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  login_name text,
  mail text,
  mail_verified boolean, -- null: not known
  full_name text,
  secret text,
  secret_changed_at timestamptz,
  profile jsonb NOT NULL DEFAULT '{}',
  google_id text UNIQUE,
  deleted_at timestamptz
);
CREATE UNIQUE INDEX people_login ON people (lower(login_name));
CREATE UNIQUE INDEX people_mail ON people (lower(mail));
INSERT INTO people (login_name, mail, full_name) VALUES ('Ann', 'Ann@Example.COM', 'Ann'), ('JÖRG', 'Jörg@example.org', 'Jörg');
INSERT INTO people (login_name, mail, deleted_at) VALUES ('Bob', 'bob@example.com', now());`;

describe('the Knex recipe, on PostgreSQL', () => {
  let server: TestPostgres;
  let knex: Knex;
  before(async () => {
    server = await startPostgres();
    knex = knexOver({ client: 'pg', connection: await server.database() });
    await knex.raw(table);
    await knex.raw(migration({ for: 'sql' }));
  });
  after(async () => {
    await knex.destroy();
    await server.stop();
  });

  describe('keeps the contract of a user store', () => {
    const open = async () => knexUsers(knex);
    for (const { title, run } of userStoreContract(open, { mayLack: ['username', 'email'] })) it(title, run);
  });

  describe('keeps the contract of redemptions', () => {
    const open = async () => ({
      redemptions: knexUsers(knex).redemptions,
      insert: async (row: object) => {
        await knex('enrollment_redemptions').insert(row);
      },
    });
    for (const { title, run } of redemptionsContract(open)) it(title, run);
  });

  describe('with an existing column keeps the contract of connections', () => {
    const open = async () => ({
      connections: googleConnections(knex),
      userIds: async (count: number) => {
        const { users } = knexUsers(knex);
        const made = Array.from({ length: count }, () => users.create(sampleAccount(), sampleRedemption()));
        return (await Promise.all(made)).map((user) => users.toProfile(user).id);
      },
    });
    const only = { source: 'google', issuer: 'https://accounts.google.com' };
    for (const { title, run } of connectionsContract(open, { only })) it(title, run);
  });

  it('finds old rows in any spelling, and new accounts cannot take their names', async () => {
    const { users } = knexUsers(knex);
    for (const [field, canonical, name] of [
      ['username', 'ann', 'Ann'],
      ['email', 'ann@example.com', 'Ann'],
      ['username', 'jörg', 'Jörg'],
    ] as const)
      assert.equal((await users.findByLogin(field, canonical))?.full_name, name);
    await assert.rejects(users.create(sampleAccount({ username: 'ann' }), sampleRedemption()), { code: '23505' });
    await assert.rejects(users.create(sampleAccount({ email: 'jörg@example.org' }), sampleRedemption()));
  });

  it('excludes deleted users, and keeps their names taken', async () => {
    const { users } = knexUsers(knex);
    const bob = await users.findByLogin('username', 'bob');
    assert.ok(bob !== null);
    assert.equal(users.toProfile(bob).active, false);
    await assert.rejects(users.create(sampleAccount({ username: 'bob' }), sampleRedemption()));
  });

  it('finds no user by an id that is not an integer', async () => {
    const { users } = knexUsers(knex);
    for (const id of ['', 'x', '1x', '-1', '1.0', '99999999999999999999', '2147483648', "1' OR '1'='1"])
      assert.equal(await users.findById(id), null);
  });

  it('merges data into the existing data', async () => {
    const { users } = knexUsers(knex);
    const user = await users.create(
      sampleAccount({ data: { team: 'red', seat: { row: 1, place: 2 } } }),
      sampleRedemption(),
    );
    await Promise.all([
      users.update?.(user, { data: { team: 'blue' } }),
      users.update?.(user, { data: { seat: { place: 3 } } }),
    ]);
    const row = await knex('people').where('person_id', user.person_id).first<{ profile: object }>('profile');
    assert.deepEqual(row.profile, { team: 'blue', seat: { row: 1, place: 3 } });
  });

  it('supports a whole signup, and refuses the name of a deleted user', async () => {
    const store = knexUsers(knex);
    const testApp = await openTestApp(asMembers(store));
    const { code } = await testApp.enrollment.invitations.create({ uses: 2 });
    const visitor = new Visitor(testApp);
    await visitor.signUp(code, 'carol');
    assert.equal(await visitor.me(), 'carol');
    const other = new Visitor(testApp);
    await other.enterCode(code);
    const answer = await other.submit({
      username: 'Bob',
      email: 'new@example.com',
      password: 'velvet tram over the harbour',
      password_repeat: 'velvet tram over the harbour',
    });
    assert.equal(answer.status, 422);
    await testApp.close();
  });
});
