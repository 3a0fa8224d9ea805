import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import { actorOf } from '../../lib/cli/flags.js';
import { createEnrollment } from '../../lib/index.js';
import { mailKey } from '../../lib/mail/mail-states.js';
import { migration } from '../../lib/stores/sql/migration/migration.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import {
  commandLine,
  configurationOf,
  listAt,
  sampleSecret,
  textAt,
  type CommandLine,
} from '../support/cli/command-line.js';
import { invitationsInUse } from '../support/cli/invitations-in-use.js';

describe('the other commands', () => {
  let redis: TestRedis;
  let cli: CommandLine;
  let app: ReturnType<typeof invitationsInUse>;

  before(async () => {
    redis = await startRedis();
    app = invitationsInUse(redis.url);
  });
  beforeEach(async () => {
    const client = redis.client();
    await client.flushall();
    client.disconnect();
    cli = commandLine(configurationOf(redis.url));
  });
  after(async () => {
    await app.stores.close();
    await redis.stop();
  });

  describe('waitlist', () => {
    beforeEach(async () => {
      const enrollment = createEnrollment({
        baseUrl: 'http://localhost:3000/join',
        secret: sampleSecret,
        redis: redis.url,
        allowVolatileRedis: true,
        logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
      });
      for (const email of ['ann@example.com', 'bob@example.com', 'cem@example.com'])
        await enrollment.waitlist.ask({ email, answers: { why: '=1+1' } });
      await enrollment.waitlist.ask({ email: 'dee@example.com', tenant: 'acme' });
      await enrollment.close();
    });

    it('lists by state, tenant and position', async () => {
      const all = await cli.run(['waitlist', 'list']);
      assert.match(all.out, /ann@example\.com +waiting/);
      assert.match(all.out, /4 waiting · 0 approved/);
      const emails = async (...args: string[]): Promise<readonly string[]> =>
        listAt(await cli.json(['waitlist', 'list', ...args]), 'entries').map((one) => textAt(one, 'email'));
      assert.deepEqual(await emails('--tenant', 'acme'), ['dee@example.com']);
      assert.deepEqual(await emails('--state', 'sent'), []);
      assert.match((await cli.run(['waitlist', 'list', '--state', 'sent'])).out, /^none\n/);
      assert.deepEqual(await emails('--limit', '1'), ['ann@example.com']);
      assert.deepEqual(await emails('--limit', '1', '--after', '1'), ['bob@example.com']);
    });

    it('approves with codes if nothing sends them, resends, refuses, removes', async () => {
      const said = await cli.run(
        ['waitlist', 'approve', '--first', '1', '--expires', '2w', '--label', 'batch', '--by', 'eve'],
        { interrupt: (press) => press() },
      );
      assert.equal(said.code, 0, said.err);
      assert.match(said.out, /ann@example\.com +approved +[0-9A-Z-]{14}/);
      assert.match(said.out, /1 approved/);
      assert.match(said.err, /finishing what was begun/);
      const again = await cli.json(['waitlist', 'resend', 'ann@example.com', '--keep']);
      assert.match(textAt(listAt(again, 'rows')[0] ?? null, 'code'), /-/);
      assert.equal((await cli.run(['waitlist', 'approve', 'dee@example.com', '--tenant', 'acme'])).code, 0);
      assert.match((await cli.run(['waitlist', 'refuse', 'bob@example.com'])).out, /1 refused/);
      assert.equal((await cli.run(['waitlist', 'refuse', '--first', '1'])).code, 0);
      assert.equal((await cli.run(['waitlist', 'remove', 'bob@example.com'])).out, 'removed\n');
      assert.equal((await cli.run(['waitlist', 'remove', 'bob@example.com'])).code, 1);
      assert.equal((await cli.run(['waitlist', 'remove', 'dee@example.com', '--tenant', 'acme'])).code, 0);
      assert.equal((await cli.run(['waitlist', 'approve', '--first', '1', '--tenant', 'acme'])).out, 'none\n');
      assert.equal((await cli.run(['waitlist', 'approve', 'nobody@example.com'])).code, 1);
      assert.equal((await cli.run(['waitlist', 'reconcile'])).out, '0 corrected\n');
    });

    it('with --tenant changes and shows nothing of other tenants', async () => {
      const [ann = null] = listAt(await cli.json(['waitlist', 'list', '--limit', '1']), 'entries');
      for (const command of ['approve', 'refuse', 'resend']) {
        const said = await cli.run(['waitlist', command, textAt(ann, 'id'), '--tenant', 'acme']);
        assert.equal(said.code, 1, command);
        assert.match(said.out, /1 unknown/);
        assert.doesNotMatch(said.out, /ann@|waiting|[?]invite=/);
      }
      assert.match((await cli.run(['waitlist', 'list'])).out, /4 waiting/);
      const [dee = null] = listAt(await cli.json(['waitlist', 'list', '--tenant', 'acme']), 'entries');
      assert.match((await cli.run(['waitlist', 'approve', textAt(dee, 'id'), '--tenant', 'acme'])).out, /1 approved/);
    });

    it('exports CSV and JSON', async () => {
      const { out } = await cli.run(['waitlist', 'export']);
      assert.match(out, /^place,email,state/);
      assert.equal(out.trimEnd().split('\r\n').length, 5);
      assert.equal(listAt(await cli.json(['waitlist', 'export', '--tenant', 'acme']), '').length, 1);
      assert.equal((await cli.run(['waitlist', 'export', '--state', 'sent', '--out', 'sent.csv'])).code, 0);
      assert.match(cli.read('sent.csv'), /^place,/);
      assert.equal((await cli.run(['waitlist', 'export', '--out', 'sent.csv'])).code, 2);
    });

    for (const wrong of [
      ['list', '--state', 'asleep'],
      ['list', '--limit', '1001'],
      ['list', '--after', 'x'],
      ['approve'],
      ['approve', 'ann@example.com', '--first', '1'],
      ['approve', 'ann@example.com', 'abcdef'],
      ['approve', '--first', '0'],
      ['approve', '--first', '1', '--uses', '5'],
      ['approve', '--first', '1', '--redirect', 'https://evil.example'],
      ['refuse'],
      ['resend'],
      ['remove'],
      ['export', '--state', 'asleep'],
    ]) {
      it(`refuses waitlist ${wrong.join(' ')}`, async () => {
        const said = await cli.run(['waitlist', ...wrong]);
        assert.deepEqual([said.code, said.out], [2, '']);
      });
    }
  });

  it('deliveries lists given-up items and retries them', async () => {
    assert.match((await cli.run(['deliveries', 'list'])).out, /^waiting +0\nfailed +0\n$/);
    const { outbox } = app.stores;
    await outbox.put([{ id: 'one', kind: 'webhook', payload: {} }], 0);
    const { items } = await outbox.take('webhook', 1, 1000);
    for (const item of items) await outbox.dead(item, 'the receiver said no');
    const said = await cli.run(['deliveries', 'list', '--limit', '5']);
    assert.match(said.out, /^failed +1$/m);
    assert.match(said.out, /one +webhook .*the receiver said no/);
    assert.equal((await cli.run(['deliveries', 'retry', 'one'])).out, 'will be tried again\n');
    assert.equal((await cli.run(['deliveries', 'retry', 'one'])).code, 1);
    assert.equal((await cli.run(['deliveries', 'list', '--limit', '0'])).code, 2);
    assert.equal((await cli.run(['deliveries', 'retry'])).code, 2);
  });

  it('mail previews every mail, lists what became of mails, and resends what failed', async () => {
    const preview = await cli.run(['mail', 'preview', 'invitation']);
    assert.match(preview.out, /^Subject: You’re invited to .*\n\nHello,/);
    assert.match((await cli.run(['mail', 'preview', 'recovery', '--language', 'en'])).out, /7K3M-QX9P/);
    assert.match((await cli.run(['mail', 'preview', 'invitation', '--html'])).out, /^<!doctype html>/);
    for (const args of [
      ['mail', 'preview', 'invitation', '--language', 'nl'],
      ['mail', 'test', 'ann@example.com', '--language', 'nl'],
      ['views', 'preview', 'none', 'none', '--language', 'nl'],
      ['policy', 'try', 'none', '--locale', 'nl'],
    ]) {
      const { code, err } = await cli.run(args);
      assert.equal(code, 2, args.join(' '));
      assert.match(err, /--l\w+: no page is in the language 'nl'; there are: en/, args.join(' '));
    }
    const wrong = await cli.run(['mail', 'preview', 'invitatoin']);
    assert.deepEqual([wrong.code, /did you mean "invitation"/.test(wrong.err)], [2, true]);
    const untested = await cli.run(['mail', 'test', 'ann@example.com']);
    assert.deepEqual([untested.code, /no mailer/.test(untested.err)], [1, true], untested.err);
    const noAddress = await cli.run(['mail', 'test', 'ann']);
    assert.deepEqual([noAddress.code, /'ann' is not an email address/.test(noAddress.err)], [2, true]);

    assert.equal((await cli.run(['mail', 'list'])).out, 'no mails\n');
    const { mails, outbox } = app.stores;
    const failure = { response: '550 no such user', permanent: true };
    await mails.create({
      id: 'ticket:one:1',
      key: mailKey('ticket:one:1'),
      kind: 'ticket_invite',
      about: null,
      tenant: null,
      inviter: null,
      recipient: null,
      hint: 'b***@example.com',
      state: 'failed',
      attempts: 1,
      queuedAt: 0,
      changedAt: 0,
      failure,
      revision: 1,
      token: 'a',
    });
    const listed = await cli.run(['mail', 'list', '--state', 'failed', 'unknown']);
    assert.match(listed.out, /ticket:one:1 +ticket_invite +b\*\*\*@example\.com +failed .*550 no such user/);
    assert.equal((await cli.run(['mail', 'list', '--state', 'sent'])).out, 'no mails\n');
    const noState = await cli.run(['mail', 'list', '--state', 'broken']);
    assert.deepEqual([noState.code, /there are: queued, sending, sent/.test(noState.err)], [2, true], noState.err);
    assert.deepEqual((await cli.run(['mail', 'resend', 'ticket:one:1'])).code, 1);
    await outbox.put([{ id: `mail:${mailKey('ticket:one:1')}`, kind: 'mail', payload: {} }], 0);
    for (const item of (await outbox.take('mail', 1, 1000)).items) await outbox.dead(item, 'no');
    const started = Date.now();
    const unreadable = await cli.run(['mail', 'resend', 'ticket:one:1']);
    assert.deepEqual([unreadable.code, unreadable.out], [1, 'not sent\n']);
    assert.match(unreadable.err, /ticket:one:1: failed, its content cannot be read/);
    assert.ok(Date.now() - started < 15_000, 'a mail that cannot be read is not waited for');
    assert.equal((await cli.run(['mail', 'resend', 'nothing'])).code, 1);
  });

  it('first-admin returns one code, which the next call replaces until it was used', async () => {
    const first = await cli.run(['first-admin', '--data', '{"groups":["administrators"]}', '--by', 'ops']);
    assert.equal(first.code, 0, first.err);
    const again = await cli.json(['first-admin', '--email', 'ann@example.com', '--flow', 'invite']);
    const [, dead = ''] = /^code +(\S+)/m.exec(first.out) ?? [];
    assert.equal((await app.ask(dead)).ok, false);
    await app.signUp(textAt(again, 'code'), 'p1', { email: 'ann@example.com' });
    await app.invitations.idle();
    const closed = await cli.run(['first-admin']);
    assert.deepEqual([closed.code, closed.out], [1, '']);
    assert.equal(textAt(await cli.json(['first-admin']), 'error.code'), 'ERR_ENROLLMENT_NOT_EMPTY');
    assert.equal((await cli.run(['first-admin', '--data', 'x'])).code, 2);
  });

  it('migration prints the output of the library without a configuration', async () => {
    const bare = commandLine(null);
    for (const language of ['sql', 'knex', 'prisma', 'drizzle'] as const)
      for (const dialect of ['postgresql', 'mysql', 'sqlite'] as const)
        for (const table of ['redemptions', 'connections'] as const) {
          const args = ['migration', '--for', language, '--dialect', dialect, '--table', table];
          const { code, out, err } = await bare.run([...args, '--module', 'commonjs', '--name', 'my_table']);
          assert.equal(code, 0, err);
          assert.equal(
            out.trimEnd(),
            migration({ for: language, dialect, table, module: 'commonjs', name: 'my_table' }).trimEnd(),
          );
        }
    assert.match(textAt(await bare.json(['migration', '--for', 'sql']), 'migration'), /CREATE TABLE/i);
    for (const wrong of [
      [],
      ['--for', 'cobol'],
      ['--for', 'sql', '--name', 'drop table'],
      ['--for', 'sql', '--dialect', 'x'],
    ])
      assert.equal((await bare.run(['migration', ...wrong])).code, 2, wrong.join(' '));
  });

  it('F34: a Knex migration uses the module system of the nearest package.json', async () => {
    const bare = commandLine(null);
    const printed = async (): Promise<string> => textAt(await bare.json(['migration', '--for', 'knex']), 'migration');
    for (const [type, module] of [
      ['module', 'esm'],
      ['commonjs', 'commonjs'],
    ] as const) {
      bare.file('package.json', JSON.stringify({ type }));
      assert.equal(await printed(), migration({ for: 'knex', module }));
    }
    bare.file('package.json', '{}');
    assert.equal(await printed(), migration({ for: 'knex', module: 'commonjs' }));
  });

  it('F34: first-admin reports a user store that cannot be queried, and actors without $USER', async () => {
    const said = await cli.run(['first-admin'], { env: { USER: '' } });
    assert.match(said.err, /could not be asked: the user store has no isEmpty/);
    assert.equal(actorOf({}, { env: {} }).by, userInfo().username);
  });
});
