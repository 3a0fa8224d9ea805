import assert from 'node:assert/strict';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { commandLine, configurationOf, listAt, textAt, type CommandLine } from '../support/cli/command-line.js';
import { invitationsInUse } from '../support/cli/invitations-in-use.js';

describe('invite', () => {
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

  async function made(...options: string[]): Promise<{ readonly id: string; readonly code: string }> {
    const answer = await cli.json(['invite', 'create', ...options]);
    return { id: textAt(answer, 'id'), code: textAt(answer, 'code') };
  }

  it('create shows the code once, and no command ever shows it again', async () => {
    const said = await cli.run(['invite', 'create', '--uses', '10', '--expires', '7d', '--label', 'Reading club']);
    assert.equal(said.code, 0, said.err);
    const [, code = ''] = /^code +(\S+)$/m.exec(said.out) ?? [];
    assert.match(code, /^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$/);
    assert.match(said.err, /shown this once/);
    const [, id = ''] = /^id +(\S+)$/m.exec(said.out) ?? [];
    for (const args of [['list'], ['show', id, '--ledger'], ['export'], ['explain', code]]) {
      for (const json of [[], ['--json']]) {
        const { out, err, code: ended } = await cli.run([...json, 'invite', ...args]);
        assert.equal(ended, 0, err);
        assert.ok(!`${out}${err}`.includes(code), args.join(' '));
        assert.match(out, /Reading club/);
      }
    }
  });

  it('create accepts every option', async () => {
    const { id } = await made(
      ...['--uses', '3', '--expires', '2027-01-31', '--zone', 'Asia/Jakarta', '--not-before', '2026-01-01T00:00:00Z'],
      ...['--email', 'Ann@Example.com', '--label', 'a', '--note', 'b', '--flow', 'invite', '--redirect', '/welcome'],
      ...['--reserve', '15m', '--one-per-person', '--data', '{"team":"readers"}', '--tenant', 'acme', '--by', 'ann'],
    );
    const shown = await cli.json(['invite', 'show', id, '--ledger']);
    assert.deepEqual(
      {
        ...Object(shown),
        ...{ id: 0, hint: 0, createdAt: 0, version: 0, ledger: listAt(shown, 'ledger').length },
      },
      {
        ...{ id: 0, hint: 0, createdAt: 0, version: 0, ledger: 1 },
        ...{ state: 'open', uses: 3, redeemed: 0, held: 0, claimed: 0, lapsed: 0, seats: [], kind: 'generated' },
        ...{ expires: Date.UTC(2027, 0, 31, 17), notBefore: Date.UTC(2026, 0, 1), bound: 'ann@example.com' },
        ...{ label: 'a', note: 'b', flow: 'invite', redirect: { path: '/welcome' }, reservationSeconds: 900 },
        ...{ onePerPerson: true, data: { team: 'readers' }, tenant: 'acme', creator: null, inviter: null },
        ...{ revokedAt: null, declinedAt: null, mail: null, replaces: null, replacedBy: null },
      },
    );
    assert.equal(textAt(listAt(shown, 'ledger')[0] ?? null, 'by'), 'ann');
  });

  it('records $USER as the actor by default', async () => {
    const { id } = await made();
    const { out } = await cli.run(['invite', 'show', id, '--ledger']);
    assert.match(out, /issued .* the-tester/);
  });

  it('accepts a custom code, and reports one that is taken', async () => {
    const customCode = ['invite', 'create', '--custom-code', 'SPRING-2026', '--uses', '5', '--expires', '2w'];
    assert.equal((await cli.run(customCode)).code, 0);
    const again = await cli.run(customCode);
    assert.deepEqual([again.code, again.out], [1, '']);
    assert.match(again.err, /^error /);
    assert.equal(textAt(await cli.json(customCode), 'error.code'), 'ERR_ENROLLMENT_CODE_TAKEN');
  });

  for (const [wrong, sentence] of [
    [['create', '--uses', 'many'], /--uses must be a whole number/],
    [['create', '--uses', '0'], /"uses" must be a whole number/],
    [['create', '--expires', 'soon'], /'soon' is no time/],
    [['create', '--expires', '2026-12-31'], /--zone/],
    [['create', '--expires', '2020-01-01T00:00:00Z'], /lies in the past/],
    [['create', '--expires', '2027-01-01', '--zone', 'Mars/Base'], /IANA/],
    [['create', '--data', '{'], /not JSON/],
    [['create', '--data', '[1]'], /must be a JSON record/],
    [['create', '--email', 'ann'], /not an email address/],
    [['create', '--redirect', 'https://evil.example'], /path of this site/],
    [['create', '--frob'], /unknown option '--frob'/],
    [['create', 'what'], /too many arguments/],
    [['list', '--limit', '0'], /from 1 to 1,000/],
    [['list', '--state', 'shut'], /--state must be one of open, held/],
    [['export', '--of', 'codes'], /--of must be one of invitations, accounts/],
    [['edit', '0123456789ab'], /say what to change/],
    [['edit', '0123456789ab', '--clear', 'label'], /--clear must be one of/],
    [['extend', '0123456789ab'], /--uses, --expires or both/],
    [['revoke'], /either an id or --inviter/],
    [['revoke', '0123456789ab', '--inviter', 'x'], /either an id or --inviter/],
    [['revoke', '0123456789ab', '--preview'], /--preview goes with/],
    [['tree'], /either an id or --inviter/],
    [['erase'], /--user, --email or both/],
    [['show'], /missing required argument/],
    [['explain', '-'], /nothing came in/],
    [['frob'], /unknown command/],
  ] as const) {
    it(`refuses invite ${wrong.join(' ')} with exit code 2, as text and as JSON`, async () => {
      const said = await cli.run(['invite', ...wrong]);
      assert.deepEqual([said.code, said.out], [2, '']);
      assert.match(said.err, sentence);
      assert.doesNotMatch(said.err, /\n {4}at /);
      assert.match(textAt(await cli.json(['invite', ...wrong]), 'error.message'), sentence);
    });
  }

  it('exits with 1 for an unknown invitation', async () => {
    for (const command of ['show', 'edit', 'extend', 'revoke', 'restore', 'release', 'reconcile', 'tree']) {
      const more = command === 'release' ? ['a-plan'] : ['edit', 'extend'].includes(command) ? ['--uses', '2'] : [];
      const said = await cli.run(['invite', command, 'f'.repeat(32), ...more]);
      assert.deepEqual([said.code, said.out], [1, ''], command);
      assert.match(said.err, /^error there is no invitation "f+"\n$/);
    }
    assert.equal(
      textAt(await cli.json(['invite', 'show', 'ffffff']), 'error.code'),
      'ERR_ENROLLMENT_UNKNOWN_INVITATION',
    );
  });

  it('list filters by custom code, state and tenant, and continues after a page', async () => {
    assert.equal((await cli.run(['invite', 'list'])).out, 'none\n');
    assert.deepEqual(listAt(await cli.json(['invite', 'list']), 'items'), []);
    const { id } = await made('--label', 'Reading club');
    await made('--label', 'Chess', '--tenant', 'acme');
    const ids = async (...args: string[]): Promise<readonly string[]> =>
      listAt(await cli.json(['invite', 'list', ...args]), 'items').map((one) => textAt(one, 'label'));
    assert.deepEqual(await ids('--search', 'read'), ['Reading club']);
    assert.deepEqual(await ids('--state', 'revoked'), []);
    assert.deepEqual(await ids('--tenant', 'acme'), ['Chess']);
    assert.deepEqual(await ids('--inviter', 'nobody'), []);
    const first = await cli.run(['invite', 'list', '--limit', '1']);
    const [, cursor = ''] = /--after '(.+)'/.exec(first.err) ?? [];
    assert.match(first.out, /Chess/);
    assert.match((await cli.run(['invite', 'list', '--after', cursor])).out, new RegExp(`${id}.*Reading club`));
    assert.equal((await cli.run(['invite', 'show', id, '--tenant', 'acme'])).code, 1);
  });

  it('accepts a prefix of an id, and asks for more if it is ambiguous', async () => {
    const { id } = await made();
    assert.equal((await cli.run(['invite', 'show', id.slice(0, 12)])).code, 0);
    assert.equal((await cli.run(['invite', 'show', id.slice(0, 5)])).code, 1);
  });

  it('edit, extend, revoke and restore change the given fields', async () => {
    const { id } = await made('--redirect', '/there', '--one-per-person', '--uses', '2');
    const after = async (...args: string[]): Promise<unknown> => {
      const said = await cli.run(['--json', 'invite', ...args]);
      assert.equal(said.code, 0, said.err);
      return JSON.parse(said.out);
    };
    const like = (found: unknown, part: object): void => {
      assert.deepEqual({ ...Object(found), ...part }, found);
    };
    like(await after('edit', id, '--email', 'ann@example.com', '--clear', 'redirect'), {
      ...{ bound: 'ann@example.com', redirect: null, onePerPerson: true, uses: 2 },
    });
    like(await after('edit', id, '--no-one-per-person'), { onePerPerson: false, bound: 'ann@example.com' });
    like(await after('extend', id, '--uses', 'unlimited', '--expires', 'never'), { uses: null, expires: null });
    like(await after('revoke', id), { redeemed: 0, inFlight: 0, becameAccounts: 0, stillOpen: 0 });
    assert.match((await cli.run(['invite', 'show', id])).out, /^state +revoked$/m);
    like(await after('restore', id, '--by', 'bob'), { state: 'open', revokedAt: null });
    const { out } = await cli.run(['invite', 'show', id, '--ledger']);
    for (const entry of [/edited .*the-tester/, /extended .*the-tester/, /revoked .*the-tester/, /restored .*bob/])
      assert.match(out, entry);
  });

  it('explain handles a code from standard input, a typo and a reference', async () => {
    const { id, code } = await made();
    const said = await cli.run(['invite', 'explain', '-'], { stdin: `${code}\n` });
    assert.equal(said.code, 0);
    assert.match(said.out, /^cause +open$/m);
    assert.match(said.out, new RegExp(id));
    await cli.run(['invite', 'revoke', id]);
    const verdict = await app.ask(code);
    assert.ok(!verdict.ok && verdict.reference !== undefined);
    await app.invitations.idle();
    assert.match((await cli.run(['invite', 'explain', verdict.reference])).out, /^cause +revoked$/m);
    const unknown = await cli.run(['--json', 'invite', 'explain', 'ZZZZZZZZ']);
    assert.deepEqual([unknown.code, unknown.out], [1, 'null\n']);
  });

  it('tree, line, export and erase follow the inviters', async () => {
    const { id, code } = await made('--uses', '5', '--label', '=1+1');
    await app.signUp(code, 'p1');
    const second = await app.invitations.manager.create({ uses: 5, inviter: 'user of p1' });
    await app.signUp(second.code, 'p2');
    await app.invitations.idle();
    assert.match((await cli.run(['invite', 'tree', id])).out, /^user of p1 .*\n {2}user of p2 .*user of p1$/m);
    assert.match((await cli.run(['invite', 'tree', '--inviter', 'user of p1'])).out, /^user of p2/m);
    assert.match((await cli.run(['invite', 'line', 'user of p2'])).out, /user of p2 [^\n]*\nuser of p1 .*no inviter/);
    assert.match((await cli.run(['invite', 'line', 'nobody'])).out, /not by an invitation/);
    const seats = await cli.run(['invite', 'show', id]);
    assert.match(seats.out, /redeemed +user of p1/);

    const csv = await cli.run(['invite', 'export', '--of', 'accounts']);
    assert.match(csv.out, /^user,.*\n(.*\n)*user of p1,/);
    assert.match(csv.out, /,'=1\+1,/);
    const list = listAt(await cli.json(['invite', 'export', '--of', 'accounts']), '');
    assert.deepEqual(list.map((one) => textAt(one, 'user')).sort(), ['user of p1', 'user of p2']);
    assert.deepEqual(
      listAt(await cli.json(['invite', 'export']), '')
        .map((one) => textAt(one, 'id'))
        .sort(),
      [id, second.id].sort(),
    );
    assert.deepEqual(await cli.json(['invite', 'export', '--search', 'nothing']), []);

    const ended = await cli.run(['invite', 'revoke', id, '--tree', '--preview']);
    assert.match(ended.out, /would end: 2 invitation/);
    assert.equal((await app.invitations.manager.get(id)).revokedAt, null);
    assert.match((await cli.run(['invite', 'revoke', '--inviter', 'user of p1'])).out, /^ended: 1 invitation/);

    const erased = await cli.run(['invite', 'erase', '--user', 'user of p1', '--email', 'x@example.com']);
    assert.match(erased.out, /invitations touched +2/);
    assert.match(erased.err, /user_id/);
    assert.doesNotMatch((await cli.run(['invite', 'tree', id])).out, /user of p1/);
  });

  it('export creates a file that only its owner can read, and never overwrites one', async () => {
    await made('--label', 'Größe, "eins"');
    assert.equal((await cli.run(['invite', 'export', '--out', 'all.csv'])).code, 0);
    assert.match(cli.read('all.csv'), /,"Größe, ""eins""",/);
    cli.file('mine.csv', 'mine');
    const said = await cli.run(['invite', 'export', '--out', 'mine.csv']);
    assert.equal(said.code, 2);
    assert.equal(cli.read('mine.csv'), 'mine');
    assert.equal((await cli.run(['invite', 'export', '--out', 'no/such/folder.csv'])).code, 2);
  });

  it('release ends a reservation, and reconcile counts redemptions', async () => {
    const { id, code } = await made('--uses', '5', '--reserve', '15m');
    await app.ask(code, { enrollmentId: 'f'.repeat(32), reserve: true });
    await app.invitations.idle();
    const seat = listAt(await cli.json(['invite', 'show', id]), 'seats')[0] ?? null;
    assert.equal((await cli.run(['invite', 'release', id, textAt(seat, 'plan')])).out, 'released\n');
    assert.equal((await cli.run(['invite', 'release', id, textAt(seat, 'plan')])).code, 1);
    assert.equal((await cli.run(['invite', 'reconcile', id])).out, '0 seat(s) of 1 invitation(s) put right\n');
  });

  it('F34: show, explain and revoke accept a code instead of an id', async () => {
    const { id, code } = await made('--uses', '2');
    assert.equal(textAt(await cli.json(['invite', 'show', code]), 'id'), id);
    assert.equal(textAt(await cli.json(['invite', 'explain', code.toLowerCase()]), 'invitation.id'), id);
    assert.equal((await cli.run(['invite', 'revoke', code])).code, 0);
    assert.notEqual((await app.invitations.manager.get(id)).revokedAt, null);
    const slip = `${code.slice(0, -1)}${code.endsWith('7') ? '8' : '7'}`;
    const { code: exit, err } = await cli.run(['invite', 'show', slip]);
    assert.equal(exit, 2);
    assert.match(err, /typo/);
  });

  it('F37: reconcile --all counts every invitation and lists seats without an account', async () => {
    const { id } = await made('--uses', '3');
    await made();
    await app.stores.invitations.commit({ id, seat: '1', plan: 'plan of ann', user: 'user of ann' });
    const asking = commandLine(configurationOf(redis.url, 'redemptions: { find: async () => null }'));
    const all = await asking.json(['invite', 'reconcile', '--all']);
    assert.deepEqual(listAt(all, 'orphaned'), [{ invitation: id, seat: '1', user: 'user of ann' }]);
    assert.match((await asking.run(['invite', 'reconcile', '--all'])).out, /1 taken seat\(s\) without a redemption/);
    assert.equal((await asking.run(['invite', 'reconcile'])).code, 2);
  });

  it('fits a terminal of 80 columns, and neutralizes control characters in labels', async () => {
    const label = `\u001b[31mred\u001b]0;title\u0007 \u009b2J \u202eevil ${'very long '.repeat(12)}`;
    const { id } = await made('--label', 'plain', '--email', `${'a'.repeat(50)}@example.com`);
    // No command accepts this label, but a label stored by an earlier version is still shown.
    const [snapshot] = await app.stores.invitations.read([id]);
    assert.ok(snapshot);
    const { record } = snapshot;
    await app.stores.invitations.edit({ ...record, label, version: record.version + 1 }, record, 'edited');
    const { out } = await cli.run(['invite', 'list'], { terminal: 80, env: { NO_COLOR: '1' } });
    for (const line of out.split('\n')) assert.ok([...line].length <= 80, line);
    assert.doesNotMatch(out, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    const csv = await cli.run(['invite', 'export'], { terminal: 80 });
    assert.doesNotMatch(csv.out, /\u001b|\u009b|\u202e/);
    const json = await cli.run(['--json', 'invite', 'list']);
    assert.doesNotMatch(json.out, /\u001b|\u009b|\u202e/);
    assert.equal(textAt(listAt(JSON.parse(json.out), 'items')[0] ?? null, 'label'), label);
    assert.match((await cli.run(['invite', 'list'])).out, /very long very long very long/);
  });

  it('uses colors only on a terminal', async () => {
    await made();
    const colored = async (env: Record<string, string>, terminal?: number): Promise<boolean> =>
      (await cli.run(['invite', 'list'], { env, ...(terminal === undefined ? {} : { terminal }) })).out.includes(
        '\u001b[32m',
      );
    assert.equal(await colored({}), false);
    assert.equal(await colored({}, 80), true);
    assert.equal(await colored({ NO_COLOR: '1' }, 80), false);
    assert.equal(await colored({ TERM: 'dumb' }, 80), false);
    assert.equal(await colored({ FORCE_COLOR: '1' }), true);
    assert.equal(await colored({ FORCE_COLOR: '0' }, 80), false);
    assert.equal(await colored({ FORCE_COLOR: '1', NO_COLOR: '1' }), false);
  });
});
