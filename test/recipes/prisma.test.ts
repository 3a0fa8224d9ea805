import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { migration } from '../../lib/sql.js';
import { connectionsContract, redemptionsContract, userStoreContract } from '../../lib/testing/index.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { openTestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startPostgres, type TestPostgres } from '../support/postgres-server.js';
import { generatePrisma, type GeneratedPrisma } from '../support/prisma-client.js';
import { typeErrors } from '../support/type-check.js';
import { asMembers } from './as-members.js';
import type { PrismaClient } from './generated/prisma/client.js';
import { prismaUsers } from './prisma.js';

const model = `model Member {
  id                Int       @id @default(autoincrement())
  username          String?   @unique
  email             String?   @unique
  emailVerified     Boolean?
  name              String?
  passwordHash      String?
  passwordChangedAt DateTime?
  profile           Json      @default("{}")
  blocked           Boolean   @default(false)
}
`;
const table = `CREATE TABLE "Member" (
  "id" SERIAL PRIMARY KEY,
  "username" TEXT UNIQUE,
  "email" TEXT UNIQUE,
  "emailVerified" BOOLEAN,
  "name" TEXT,
  "passwordHash" TEXT,
  "passwordChangedAt" TIMESTAMP(3),
  "profile" JSONB NOT NULL DEFAULT '{}',
  "blocked" BOOLEAN NOT NULL DEFAULT false
)`;
const models = (['redemptions', 'connections'] as const).map((each) => migration({ for: 'prisma', table: each }));

type Closable = PrismaClient & { $disconnect(): Promise<void> };

describe('the Prisma recipe, on PostgreSQL', function () {
  let server: TestPostgres;
  let generated: GeneratedPrisma;
  let prisma: Closable;
  let pool: Pool;
  before(async function () {
    // Prisma's own global variables.
    this.test?.globals(['PRISMA_WASM_PANIC_REGISTRY', 'NODE_CLIENT']);
    server = await startPostgres();
    const url = await server.database();
    pool = server.pool(url);
    await pool.query(table);
    for (const text of models) await pool.query(text.split('\n').flatMap(sqlOf).join('\n'));
    generated = generatePrisma(model + models.join('\n'));
    const Client = (await generated.load()) as new (options: object) => Closable;
    prisma = new Client({ adapter: new PrismaPg({ connectionString: url }) });
  });
  after(async () => {
    await prisma.$disconnect();
    await server.stop();
  });

  /** The SQL in the comments of the model's text. */
  function sqlOf(line: string, index: number, lines: readonly string[]): string[] {
    const begin = lines.findIndex((each) => each.startsWith('// CREATE TABLE'));
    return index >= begin && line.startsWith('// ') ? [line.slice(3)] : [];
  }

  describe('keeps the contract of a user store', () => {
    const open = async () => prismaUsers(prisma);
    for (const { title, run } of userStoreContract(open, { mayLack: ['username', 'email'] })) it(title, run);
  });

  describe('keeps the contract of redemptions', () => {
    const open = async () => ({
      redemptions: prismaUsers(prisma).redemptions,
      insert: async (data: Parameters<PrismaClient['enrollmentRedemption']['create']>[0]['data']) => {
        await prisma.enrollmentRedemption.create({ data });
      },
    });
    for (const { title, run } of redemptionsContract(open)) it(title, run);
  });

  describe('keeps the contract of connections', () => {
    for (const { title, run } of connectionsContract(async () => ({ connections: prismaUsers(prisma).connections })))
      it(title, run);
  });

  it('writes user, redemption and connection together, or none of them', async () => {
    const { users, redemptions, connections } = prismaUsers(prisma);
    const identity = { source: 'acme', issuer: 'https://id.acme.example', subject: 'together' };
    const ann = await users.create({ ...sampleAccount(), ...{ identity } }, sampleRedemption());
    assert.equal(await connections.find(identity), String(ann.id));
    const [second, redemption] = [sampleAccount(), sampleRedemption()];
    await assert.rejects(users.create({ ...second, ...{ identity } }, redemption));
    assert.equal(await users.findByLogin('username', second.username ?? ''), null);
    assert.equal(await redemptions.find({ key: redemption.key }), null);
  });

  it('keeps data, and leaves the password hash out of the user', async () => {
    const { users } = prismaUsers(prisma);
    const user = await users.create(sampleAccount({ data: { team: 'red' } }), sampleRedemption());
    const { rows } = await pool.query('SELECT profile FROM "Member" WHERE id = $1', [user.id]);
    assert.deepEqual(rows, [{ profile: { team: 'red' } }]);
    for (const same of [
      user,
      await users.findById(String(user.id)),
      await users.findByLogin('username', user.username ?? ''),
    ])
      assert.ok(same !== null && !('passwordHash' in same));
    assert.equal(await users.passwordHash?.(user), 'a-hash');
  });

  it('merges data into the existing data, even with two concurrent changes', async () => {
    const { users } = prismaUsers(prisma);
    const data = { team: 'red', seat: { row: 1, place: 2 } };
    const user = await users.create(sampleAccount({ data }), sampleRedemption());
    await Promise.all([
      users.update?.(user, { data: { team: 'blue' }, passwordHash: 'new-hash' }),
      users.update?.(user, { data: { seat: { place: 3 } } }),
    ]);
    const { rows } = await pool.query('SELECT profile FROM "Member" WHERE id = $1', [user.id]);
    assert.deepEqual(rows, [{ profile: { team: 'blue', seat: { row: 1, place: 3 } } }]);
    assert.equal(await users.passwordHash?.(user), 'new-hash');
  });

  it('supports a whole signup', async () => {
    const testApp = await openTestApp(asMembers(prismaUsers(prisma)));
    const { code } = await testApp.enrollment.invitations.create({ uses: 1 });
    const visitor = new Visitor(testApp);
    await visitor.signUp(code, 'carol');
    assert.equal(await visitor.me(), 'carol');
    await testApp.close();
  });

  it('type-checks with the client that Prisma generates', () => {
    const recipe = readFileSync(join(packageRoot, 'test/recipes/prisma.ts'), 'utf8');
    const file = join(generated.folder, 'recipe.ts');
    const place = (text: string): string =>
      text
        .replace(`'../../lib/index.js'`, `'express-enrollment'`)
        .replace(`'../../lib/sql.js'`, `'express-enrollment/sql'`)
        .replace(`'./generated/prisma/client.js'`, `'./client.js'`);
    writeFileSync(file, place(recipe));
    const slip = join(generated.folder, 'slip.ts');
    writeFileSync(
      slip,
      place(recipe).replace('redemption.row(user.id)', '{ ...redemption.row(user.id), user_id: user.id }'),
    );
    const paths = {
      'express-enrollment': [join(packageRoot, 'lib/index.ts')],
      'express-enrollment/sql': [join(packageRoot, 'lib/sql.ts')],
    };
    const errors = typeErrors([file, slip], paths).filter((line) => line.startsWith(generated.folder));
    assert.equal(errors.length, 1, errors.join('\n'));
    assert.match(errors[0] ?? '', /slip\.ts/);
  });
});
