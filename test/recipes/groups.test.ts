import assert from 'node:assert/strict';
import { Pool } from 'pg';
import { admittedSource, inviteSignupFlow, memoryConnections } from '../../lib/index.js';
import { migration } from '../../lib/sql.js';
import { userStoreContract } from '../../lib/testing/index.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { gatePage } from '../support/sources/people.js';
import { Visitor } from '../support/http/visitor.js';
import { startPostgres, type TestPostgres } from '../support/postgres-server.js';
import { waitUntil } from '../support/wait-until.js';
import { asMembers } from './as-members.js';
import { gate, joinGroups, memberUsers } from './groups.js';

const tables = `CREATE TABLE members (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  username text UNIQUE,
  email text UNIQUE,
  groups text[] NOT NULL DEFAULT '{}'
);
CREATE TABLE group_members (
  group_name text,
  member_id integer REFERENCES members ON DELETE CASCADE,
  PRIMARY KEY (group_name, member_id)
);`;

describe('the recipe for groups, on PostgreSQL', () => {
  let server: TestPostgres;
  let pool: Pool;
  let testApp: TestApp;
  before(async () => {
    server = await startPostgres();
    pool = new Pool({ connectionString: await server.database() });
    // The server ends connections that are about to close.
    pool.on('error', () => undefined);
    await pool.query(tables);
    await pool.query(migration({ for: 'sql' }));
    testApp = await openTestApp({
      ...asMembers(memberUsers(pool)),
      flows: [inviteSignupFlow({ slug: 'invite', fields: ['username'] }), gate],
      sources: [admittedSource({ slug: 'acme', name: 'Acme', issuer: 'https://acme.example' })],
      connections: memoryConnections(),
      onEnrolled: joinGroups(pool),
      after(app, enrollment) {
        const groups = ['acme-editors', 'beta', 'administrators', 7];
        const said = { subject: 'ann-77', username: 'ann', claims: { groups } };
        app.get(
          '/sso',
          enrollment.admit('acme', () => said),
        );
      },
    });
  });
  after(async () => {
    await testApp.close();
    await pool.end();
    await server.stop();
  });

  const groupsOf = async (name: string): Promise<unknown> =>
    (await pool.query<{ groups: unknown }>('SELECT groups FROM members WHERE username = $1', [name])).rows[0]?.groups;

  /** The groups in the join table, once there are `many`: `onEnrolled` is called after the answer. */
  async function joined(name: string, many: number): Promise<readonly string[]> {
    const select = 'SELECT group_name FROM group_members JOIN members ON id = member_id WHERE username = $1 ORDER BY 1';
    const complaint = (): string => `${name} did not come into ${many} groups`;
    return waitUntil(async () => {
      const { rows } = await pool.query<{ group_name: string }>(select, [name]);
      return rows.length < many ? undefined : rows.map((row) => row.group_name);
    }, complaint);
  }

  for (const { title, run } of userStoreContract(async () => memberUsers(pool), { mayLack: ['username', 'email'] }))
    it(`keeps the contract of a user store: ${title}`, run);

  it('writes the groups of the invitation into the account, and into the join table after it', async () => {
    const { code } = await testApp.enrollment.invitations.create({ data: { groups: ['beta'] } });
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    const answer = await visitor.submit({ username: 'bob', groups: 'administrators', provider_groups: 'editors' });
    assert.equal(answer.status, 303, answer.text);
    assert.deepEqual(await groupsOf('bob'), ['beta']);
    assert.deepEqual(await joined('bob', 1), ['beta']);
  });

  it('adds the provider’s groups that the app uses, and no others', async () => {
    const { code } = await testApp.enrollment.invitations.create({ data: { groups: ['beta'] } });
    const visitor = new Visitor(testApp);
    assert.equal((await visitor.client.get('/sso')).location, gatePage);
    await visitor.open(gatePage);
    const answer = await visitor.submit({ invite_code: code });
    assert.equal(answer.status, 303, answer.text);
    assert.equal(await visitor.me(), 'ann');
    assert.deepEqual(await groupsOf('ann'), ['beta', 'editors']);
    assert.deepEqual(await joined('ann', 2), ['beta', 'editors']);
  });

  it('handles an account event twice', async () => {
    const { rows } = await pool.query<{ id: string }>(
      "INSERT INTO members (username, groups) VALUES ('cy', '{beta,readers}') RETURNING id::text",
    );
    const [user] = rows;
    assert.ok(user);
    await joinGroups(pool)({ user });
    await joinGroups(pool)({ user });
    assert.deepEqual(await joined('cy', 2), ['beta', 'readers']);
  });
});
