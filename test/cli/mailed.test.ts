import assert from 'node:assert/strict';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { commandLine, configurationOf, listAt, textAt, type CommandLine } from '../support/cli/command-line.js';

const parts = `signupUrl: 'https://club.example/signup',
users: {
  toProfile: (user) => ({ id: user.id, email: user.id, active: true }),
  create: async () => ({ id: 'x' }),
  findById: async () => null,
  findByLogin: async (_field, login) => (login === 'member@example.com' ? { id: login } : null),
}`;

describe('invite send, resend and reissue', () => {
  let redis: TestRedis;
  let cli: CommandLine;

  before(async () => {
    redis = await startRedis();
    cli = commandLine(configurationOf(redis.url, parts));
  });
  after(() => redis.stop());

  it('sends the rows of a file; its other columns are values, and bad rows are told', async () => {
    cli.file(
      'people.csv',
      'E-Mail;First name;Locale;Label\nann@example.com;Ann;de;autumn\nnot an address;X;;\nANN@example.com;;;\n' +
        'member@example.com;;;\nbob@example.com;;;\n',
    );
    const preview = await cli.json(['invite', 'send', '--file', 'people.csv', '--preview']);
    assert.deepEqual(
      listAt(preview, 'rows').map((row) => Object(row).type),
      ['fine', 'invalid', 'duplicate', 'member', 'fine'],
    );
    const said = await cli.run(['--json', 'invite', 'send', '--file', 'people.csv', '--app', 'Club', '--by', 'root']);
    assert.equal(said.code, 1, said.err);
    const rows = listAt(JSON.parse(said.out), 'rows').map((row) => Object(row));
    assert.deepEqual(
      rows.map(({ row, type }) => [row, type]),
      [
        [1, 'sent'],
        [2, 'invalid'],
        [3, 'duplicate'],
        [4, 'member'],
        [5, 'sent'],
      ],
    );
    const ann = Object(await cli.json(['invite', 'show', rows[0].id]));
    assert.deepEqual([ann.mail.locale, ann.mail.app, ann.mail.values], ['de', 'Club', { first_name: 'Ann' }]);
    assert.deepEqual([ann.label, ann.bound, ann.uses], ['autumn', 'ann@example.com', 1]);
  });

  it('a column that cannot be a value of the mail is named; a preview looks up many rows at once', async () => {
    cli.file('odd.csv', 'email,Größe (cm)\nann@example.com,170\n');
    const odd = await cli.run(['invite', 'send', '--file', 'odd.csv']);
    assert.equal(odd.code, 2);
    assert.match(odd.err, /odd\.csv: the column 'Größe \(cm\)' cannot be a value/);
    const addresses = Array.from({ length: 600 }, (_, at) => `row${String(at % 599)}@example.com`);
    cli.file('many.csv', `email,name\n${addresses.join(',x\n')},x\n`);
    const rows = listAt(await cli.json(['invite', 'send', '--file', 'many.csv', '--preview']), 'rows');
    assert.deepEqual(Object(rows.at(-1)), { row: 600, type: 'duplicate', of: 1 });
    assert.equal(rows.filter((row) => Object(row).type === 'fine').length, 599);
  });

  it('a file without a column for the address is refused in one sentence, and nothing is sent', async () => {
    cli.file('nameless.csv', 'name,team\nx,y\nz,w\n');
    cli.file('nameless.json', '[{"name":"x"},{"team":"y"}]');
    cli.file('other-name.csv', 'mail,team\nx@example.com,y\nz@example.com,w\n');
    const plain = /: there is no column 'email' among name, team, and nothing was sent\n$/;
    for (const [file, more, sentence] of [
      ['nameless.csv', [], plain],
      ['nameless.csv', ['--preview'], plain],
      ['nameless.json', [], plain],
      ['other-name.csv', [], /among mail, team, and nothing was sent; did you mean "mail"\?\n$/],
    ] as const) {
      const said = await cli.run(['invite', 'send', '--file', file, ...more]);
      assert.deepEqual([said.code, said.out], [2, ''], said.err);
      assert.match(said.err, sentence);
      assert.doesNotMatch(said.err, /is not an email address/);
    }
  });

  it('explains an address, and takes none for an id', async () => {
    await cli.run(['invite', 'send', 'cid@example.com', '--value', 'name=Cid']);
    const found = Object(await cli.json(['invite', 'explain', 'cid@example.com']));
    assert.deepEqual([found.cause, found.address.invitations.length], ['open', 1]);
    const shown = await cli.run(['invite', 'explain', 'member@example.com']);
    assert.match(shown.out, /member/);
    const revoked = await cli.run(['invite', 'revoke', 'cid@example.com']);
    assert.notEqual(revoked.code, 0);
    assert.equal(Object(await cli.json(['invite', 'explain', 'cid@example.com'])).cause, 'open');
  });

  it('gives a lost code a new one, also by the code itself', async () => {
    const made = await cli.json(['invite', 'create', '--label', 'club']);
    const again = await cli.json(['invite', 'reissue', textAt(made, 'code'), '--expires', '2d']);
    assert.equal(textAt(again, 'replaces'), textAt(made, 'id'));
    assert.equal(Object(await cli.json(['invite', 'show', textAt(made, 'id')])).replacedBy, textAt(again, 'id'));
    const twice = await cli.run(['invite', 'reissue', textAt(made, 'id')]);
    assert.notEqual(twice.code, 0);
    assert.match(twice.err, /was reissued/);
    const unmailed = await cli.run(['invite', 'resend', textAt(again, 'id'), '--mode', 'rotate']);
    assert.match(unmailed.err, /bound to no address/);
  });

  it('refuses what does not go together', async () => {
    for (const args of [
      [],
      ['a@example.com', '--file', 'x.csv'],
      ['--file', 'people.csv', '--value', 'a=b'],
      ['a@example.com', '--value', 'nothing'],
    ])
      assert.equal((await cli.run(['invite', 'send', ...args])).code, 2, args.join(' '));
  });
});
