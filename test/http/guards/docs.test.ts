import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import express from 'express';
import connect, { type Knex } from 'knex';
import { after, before, describe, it } from 'mocha';
import supertest from 'supertest';
import { InviteRefused } from '../../../lib/index.js';
import { redemptionsTable } from '../../../lib/sql.js';
import { startPostgres, type TestPostgres } from '../../support/postgres-server.js';
import { secrets } from '../../support/http/test-app.js';
import {
  accepting,
  api,
  csrf,
  guardOnly,
  header,
  inviting,
  middleware,
  policies,
  multipart,
  wholeFlow,
} from '../../support/guards/samples.js';

const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8');
const docs = read('docs/existing-app.md');
const blocks = [...docs.matchAll(/```(\w+)\n([^]*?)```/g)].map(([, kind = '', text = '']) => ({ kind, text }));

function dedented(text: string): string {
  const indents = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => /^ */.exec(line)![0].length);
  const least = Math.min(...indents);
  return text
    .split('\n')
    .map((line) => line.slice(least))
    .join('\n')
    .trim();
}

describe('docs/existing-app.md', () => {
  it('shows only code that is tested here', () => {
    const samples = [...read('test/support/guards/samples.ts').matchAll(/\/\/ sample: .*\n([^]*?)\n *\/\/ end/g)].map(
      ([, text = '']) => dedented(text).replaceAll('../../../lib/index.js', 'express-enrollment'),
    );
    assert.equal(samples.length, 12);
    const shown = blocks.filter(({ kind }) => kind === 'ts').map(({ text }) => text.trim());
    assert.deepEqual(
      shown.filter((text) => !samples.includes(text)),
      [],
    );
    assert.deepEqual(
      samples.filter((text) => !shown.includes(text)),
      [],
    );
  });

  it('shows the table as the kit creates it, and the lines of the examples as they are', () => {
    const others = blocks.filter(({ kind }) => kind !== 'ts');
    assert.deepEqual(others.map(({ kind }) => kind).sort(), ['ejs', 'js', 'sh', 'sql']);
    const sources: Record<string, string> = {
      sql: redemptionsTable({ dialect: 'postgresql' }),
      ejs: read('examples/existing-app/after/views/signup.ejs'),
      js: read('examples/commonjs-app/server.js'),
      sh: read('examples/existing-app/README.md'),
    };
    for (const { kind, text } of others) {
      const lines = (from = ''): readonly string[] => from.split('\n').map((line) => line.trim().replace(/;$/, ''));
      const known = lines(sources[kind]);
      assert.deepEqual(
        lines(text).filter((line) => line !== '' && !known.includes(line)),
        [],
        kind,
      );
    }
  });

  it('lists every property of a refusal', () => {
    const refusal = new InviteRefused('ERR_ENROLLMENT_INVITE_REFUSED', 'text', { fields: {}, reason: 'x' });
    for (const name of Object.keys(refusal).filter((key) => !['name', 'issues'].includes(key)))
      assert.ok(docs.includes(`\`${name}\``), name);
  });
});

describe('the code of docs/existing-app.md', () => {
  let postgres: TestPostgres;
  let knex: Knex;
  let url: string;
  let enrollment: ReturnType<typeof guardOnly>;
  let flows: ReturnType<typeof wholeFlow>;
  let end: () => void;
  before(async () => {
    postgres = await startPostgres();
    knex = connect({ client: 'pg', connection: await postgres.database() });
    await knex.raw('CREATE TABLE members (id SERIAL PRIMARY KEY, email TEXT NOT NULL UNIQUE)');
    await knex.raw(redemptionsTable({ dialect: 'postgresql' }));
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const app = express();
    app.engine('json', (_path, locals: object, done) => done(null, JSON.stringify({ ...locals, settings: undefined })));
    app.set('views', join(packageRoot, 'test/http/guards/views'));
    app.set('view engine', 'json');
    const seat = { app, knex, baseUrl: url, secret: secrets[0] };
    enrollment = guardOnly(seat);
    header(seat, enrollment);
    app.use(express.urlencoded({ extended: false }));
    for (const mount of [api, multipart, middleware]) mount(seat, enrollment);
    flows = wholeFlow({ ...seat, baseUrl: `${url}/join` });
    server.on('request', app);
    end = () => {
      server.close();
      server.closeAllConnections();
    };
  });
  after(async () => {
    end();
    await enrollment.close();
    await flows.close();
    await knex.destroy();
    await postgres.stop();
  });

  it('runs with a CSRF middleware between the router and the guard', async () => {
    const app = express();
    app.use(express.urlencoded({ extended: false }));
    csrf({ app }, flows, {
      csrfProtection: (req, res, next) => (req.body._csrf === 'token' ? next() : void res.sendStatus(403)),
      signUp: (_req, res) => void res.sendStatus(204),
    });
    const { code } = await flows.invitations.create({ uses: 2 });
    const visitor = supertest.agent(app);
    const page = await visitor.get('/join/if/flow/invite/').expect(200);
    const [, step = ''] = /name="enrollment_step" value="([^"]+)"/.exec(page.text) ?? [];
    const sent = { invite_code: code, email: 'd@example.com' };
    await visitor
      .post('/join/if/flow/invite/')
      .type('form')
      .send({ ...sent, enrollment_step: step })
      .expect(303);
    await visitor.post('/signup').type('form').send(sent).expect(403);
    await visitor
      .post('/signup')
      .type('form')
      .send({ ...sent, _csrf: 'token' })
      .expect(204);
  });

  it('runs policies on other routes', async () => {
    const app = express();
    app.use(express.urlencoded({ extended: false }));
    policies({ app }, flows);
    const send = (password: string) => supertest(app).post('/profile').type('form').send({ password });
    await send('a velvet tram').expect(303);
    await send('short').expect(422);
    await supertest(app).get('/reports').expect(200);
  });

  it('runs: a member accepts an invitation to a team, once', async () => {
    await knex.raw('CREATE TABLE team_members (member INTEGER NOT NULL, team TEXT NOT NULL)');
    const app = express();
    app.set('env', 'test');
    app.use(express.urlencoded({ extended: false }));
    accepting({ app, knex, memberOf: (req) => Number(req.get('x-member') ?? '') || null }, enrollment);
    const { code } = await enrollment.invitations.create({ uses: 5, data: { team: 'red' } });
    const send = () => supertest(app).post('/teams/join').type('form').send({ invite_code: code });
    await send().expect(403);
    for (let clicks = 0; clicks < 2; clicks += 1)
      await send().set({ 'x-member': '7' }).expect(303).expect('location', '/teams/red');
    assert.deepEqual(await knex('team_members').select(), [{ member: 7, team: 'red' }]);
    await knex('enrollment_redemptions').where({ user_id: '7' }).delete();
  });

  it('runs: form, JSON, multipart, a header, the whole flow', async () => {
    const link = await inviting(enrollment);
    const visitor = supertest.agent(url);
    await visitor.get(link.slice(url.length)).expect(303).expect('location', '/signup');
    const page = await visitor.get('/signup').expect(200);
    const { code } = JSON.parse(page.text).invite;

    const refused = await visitor
      .post('/signup')
      .type('form')
      .send({ invite_code: 'WRONG-WORD', email: 'a@example.com' });
    assert.equal(refused.status, 422);
    assert.match(JSON.parse(refused.text).error, /We can’t find an invitation/);
    await visitor.post('/signup').type('form').send({ invite_code: code, email: 'a@example.com' }).expect(303);

    const asked = supertest(url);
    const emitted = await asked
      .post('/api/signup')
      .send({ invite_code: 'WRONG-WORD', email: 'b@example.com' })
      .expect(422);
    assert.equal(emitted.body.error, 'invitation.unknown');
    const made = await asked.post('/api/signup').send({ invite_code: code, email: 'b@example.com' }).expect(201);
    assert.equal(made.body.team, 'readers');

    const pictured = asked.post('/signup-with-picture').field({ invite_code: code, email: 'c@example.com' });
    assert.equal((await pictured.attach('picture', Buffer.from('xyz'), 'me.png').expect(201)).body.bytes, 3);
    await asked.post('/devices').set({ 'x-invite-code': code, 'x-device': '1' }).expect(201);
    assert.equal((await knex('enrollment_redemptions').count())[0]?.['count'], '4');
    await asked.get('/join/if/flow/invite/').expect(200);
  });
});
