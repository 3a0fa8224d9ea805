import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { commandLine, configurationOf, listAt, textAt, type CommandLine } from '../support/cli/command-line.js';

const members = `users: {
  toProfile: (user) => ({ id: user.id, email: user.id, active: true }),
  create: async () => ({ id: 'x' }),
  findById: async () => null,
  findByLogin: async (_field, login) => (login === 'member@example.com' ? { id: login } : null),
}`;

describe('invite bulk', () => {
  let redis: TestRedis;
  let cli: CommandLine;

  before(async () => {
    redis = await startRedis();
  });
  beforeEach(async () => {
    const client = redis.client();
    await client.flushall();
    client.disconnect();
    cli = commandLine(configurationOf(redis.url, members));
  });
  after(() => redis.stop());

  const bulk = (args: readonly string[], surroundings?: Parameters<CommandLine['run']>[1]) =>
    cli.run(['invite', 'bulk', ...args], surroundings);
  const stored = async (): Promise<number> =>
    parse((await cli.run(['invite', 'export'])).out, { columns: true }).length;

  it('creates identical codes, as CSV on standard output with a summary on standard error', async () => {
    const said = await bulk(['--count', '3', '--label', 'autumn']);
    assert.equal(said.code, 0, said.err);
    const rows = said.out.trimEnd().split('\n');
    assert.equal(rows[0], 'row,id,email,code,url');
    assert.equal(rows.length, 4);
    assert.match(said.err, /^3 created$/m);
    assert.equal(await stored(), 3);
  });

  it('reads a spreadsheet with BOM, semicolons, CRLF, quotes, umlauts, blank lines and columns', async () => {
    cli.file(
      'people.csv',
      '\ufeffE-Mail;Uses;Label;Favourite;Not before\r\n' +
        'müller@example.com;2;"Größe; ""eins""";blue;2026-01-01T00:00:00Z\r\n\r\n' +
        'ann@example.com;;;\r\n',
    );
    const said = await bulk(['--file', 'people.csv', '--uses', '7', '--note', 'from a file']);
    assert.equal(said.code, 0, said.err);
    assert.match(said.err, /passed over: Favourite$/m);
    const made = listAt(await cli.json(['invite', 'list']), 'items').map((one) => Object(one));
    const of = (bound: string) => made.find((one) => one.bound === bound);
    assert.deepEqual(
      [of('müller@example.com').label, of('müller@example.com').uses, of('müller@example.com').note],
      ['Größe; "eins"', 2, 'from a file'],
    );
    assert.equal(of('müller@example.com').notBefore, Date.UTC(2026, 0, 1));
    assert.deepEqual([of('ann@example.com').label, of('ann@example.com').uses], ['', 7]);
  });

  it('a row with too many cells is an error of that row, and an empty column without a name is none', async () => {
    cli.file('people.csv', 'email,label,,\nann@example.com,a,,\nbob@example.com,b,c,d,e\ncid@example.com,c,,,\n');
    const said = await bulk(['--file', 'people.csv', '--json']);
    assert.equal(said.code, 1, said.err);
    const rows = listAt(JSON.parse(said.out), 'rows').map((row) => Object(row));
    assert.deepEqual(
      rows.map(({ type, issues }) => [type, issues]),
      [
        ['created', undefined],
        ['invalid', ['has 5 values for 4 columns']],
        ['created', undefined],
      ],
    );
  });

  it('columns that are not clear, or not for a file, are named, and nothing is made', async () => {
    for (const [content, reason] of [
      ['email,E-Mail\na@example.com,b@example.com\n', /'email' and 'E-Mail' mean the same/],
      ['email,label,label\na@example.com,b,c\n', /two columns 'label'/],
      ['email,\na@example.com,\nb@example.com,x\n', /column 2 has no name, but row 2 has a value/],
      ['email,tenant\na@example.com,acme\n', /'tenant' cannot be given in a file: use --tenant/],
      ['email,customCode\na@example.com,SPRING-2027\n', /'customCode' cannot be given in a file/],
      ['email,by\na@example.com,root\n', /'by' cannot be given in a file: use --by/],
      ['[{"email":"a@example.com","E-Mail":"b@example.com"}]', /row 1: the columns 'email' and 'E-Mail'/],
    ] as const) {
      cli.file('odd', content);
      for (const command of ['bulk', 'send']) {
        const said = await cli.run(['invite', command, '--file', 'odd']);
        assert.equal(said.code, 2, said.out);
        assert.match(said.err, reason);
      }
    }
    assert.equal(await stored(), 0);
  });

  it('a report of 20,000 bad rows takes seconds, not minutes', async () => {
    cli.file('bad.csv', `email\n${Array.from({ length: 20_000 }, (_, at) => `row${String(at)}`).join('\n')}\n`);
    const began = Date.now();
    const said = await bulk(['--file', 'bad.csv', '--preview']);
    assert.match(said.err, /^20000 {2}invalid {2}row19999 {2}"email" is not an email address$/m);
    assert.match(said.err, /^row {4}is {7}for {7}why$/m);
    assert.ok(Date.now() - began < 20_000, `${String(Date.now() - began)} ms`);
  });

  it('reads JSON from standard input, even with split characters', async () => {
    const bytes = Buffer.from(
      JSON.stringify([{ email: 'jörg@example.com', data: { team: 'a' }, uses: 3, label: null }]),
    );
    const said = await bulk(['--file', '-'], { stdin: [...bytes].map((byte) => Uint8Array.of(byte)) });
    assert.equal(said.code, 0, said.err);
    const [one] = listAt(await cli.json(['invite', 'list']), 'items').map((found) => Object(found));
    assert.deepEqual([one.bound, one.data, one.uses, one.label], ['jörg@example.com', { team: 'a' }, 3, '']);
  });

  it('creates 2,000 rows; invalid ones are listed and do not stop the others', async () => {
    const rows = Array.from({ length: 2000 }, (_, at) => `p${at}@example.com,1`);
    rows[9] = 'not-an-address,1';
    rows[700] = 'x@example.com,many';
    rows[1500] = 'P3@Example.com,1';
    rows[1501] = 'member@example.com,1';
    rows[1999] = 'p1998@example.com,1';
    cli.file('many.csv', `email,uses\n${rows.join('\n')}\n`);
    const said = await bulk(['--file', 'many.csv', '--out', 'codes.csv'], { terminal: 80, env: { NO_COLOR: '1' } });
    assert.equal(said.code, 1);
    assert.match(said.err, /\r2000 of 2000\n/);
    assert.match(said.err, /^10 +invalid .*not an email address$/m);
    assert.match(said.err, /^701 +invalid .*--uses must be a whole number, not 'many'$/m);
    assert.match(said.err, /^1501 +duplicate .*as in row 4$/m);
    assert.match(said.err, /^1502 +member .*has an account$/m);
    assert.match(said.err, /^2000 +duplicate .*as in row 1999$/m);
    assert.match(said.err, /^1995 created · 2 invalid · 2 duplicate · 1 member$/m);
    const codes: Record<string, string>[] = parse(cli.read('codes.csv'), { columns: true });
    assert.equal(codes.length, 1995);
    assert.equal(new Set(codes.map(({ code }) => code)).size, 1995);
    assert.equal(statSync(join(cli.folder, 'codes.csv')).mode & 0o777, 0o600);
    assert.ok(!`${said.out}${said.err}`.includes(codes[0]?.['code'] ?? '?'));

    const again = await bulk(['--file', 'many.csv', '--out', 'more.csv']);
    assert.equal(again.code, 1);
    assert.match(again.err, /1995 invited/);
    assert.equal(existsSync(join(cli.folder, 'more.csv')), false);
    assert.equal(await stored(), 1995);
    assert.equal((await bulk(['--file', 'many.csv', '--preview'])).code, 1);
  });

  it('--preview creates nothing, --again invites again', async () => {
    cli.file('one.json', '[{ "email": "ann@example.com" }, { "email": "member@example.com" }]');
    const preview = await cli.json(['invite', 'bulk', '--file', 'one.json', '--preview']);
    assert.deepEqual(preview, {
      fine: 1,
      member: 1,
      rows: [
        { row: 1, type: 'fine' },
        { row: 2, type: 'member' },
      ],
    });
    assert.equal(await stored(), 0);
    for (const made of [1, 2]) {
      assert.equal((await bulk(['--file', 'one.json', '--again'])).code, 0);
      assert.equal(await stored(), 2 * made);
    }
  });

  it('returns the codes in JSON, and omits them if a file has them', async () => {
    const open = await cli.json(['invite', 'bulk', '--count', '2']);
    assert.match(textAt(listAt(open, 'rows')[0] ?? null, 'code'), /-/);
    const said = await cli.run(['--json', 'invite', 'bulk', '--count', '2', '--out', 'codes.csv']);
    for (const { code } of parse<{ code: string }>(cli.read('codes.csv'), { columns: true }))
      assert.ok(!said.out.includes(code));
    assert.deepEqual(Object.keys(Object(listAt(JSON.parse(said.out), 'rows')[0])), ['row', 'type', 'id']);
  });

  for (const [what, args, sentence] of [
    ['both', ['--count', '1', '--file', 'x.csv'], /either --count or --file/],
    ['neither', [], /either --count or --file/],
    ['no number', ['--count', 'x'], /--count must be a whole number from 1 to 1,000,000/],
    ['a file that is not there', ['--file', 'gone.csv'], /ENOENT/],
    ['an empty file', ['--file', 'empty.csv'], /no row/],
    ['broken quotes', ['--file', 'broken.csv'], /cannot be read as CSV/],
    ['broken JSON', ['--file', 'broken.json'], /cannot be read as CSV or JSON/],
    ['no list', ['--file', 'record.json'], /holds no list/],
    ['another encoding', ['--file', 'latin.csv'], /not in UTF-8/],
    ['a preview with a file', ['--count', '1', '--preview', '--out', 'y.csv'], /leave --out away/],
    ['a file that exists', ['--count', '1', '--out', 'empty.csv'], /exists already.*Nothing was done/],
    ['a folder that is not there', ['--count', '1', '--out', 'no/y.csv'], /nothing can be written to/],
    ['options that do not hold', ['--file', 'fine.csv', '--expires', 'soon'], /'soon' is no time/],
  ] as const) {
    it(`refuses ${what} and creates nothing`, async () => {
      cli.file('fine.csv', 'email\na@example.com\n');
      cli.file('empty.csv', 'email\n');
      cli.file('broken.csv', 'email\n"a@example.com\n');
      cli.file('broken.json', '[{');
      cli.file('record.json', '{ "email": "a@example.com" }');
      cli.file('latin.csv', Buffer.from('email,label\na@example.com,Größe\n', 'latin1'));
      const said = await bulk(args);
      assert.deepEqual([said.code, said.out], [2, '']);
      assert.match(said.err, sentence);
      assert.equal(await stored(), 0);
    });
  }

  it('a row with several quotes inside its values is one row of the report, and the rows after it keep their numbers', async () => {
    const odd = 'e "f" g,"h\ni",j "k" l';
    const rows = [
      'email,label',
      'a@example.com,5" disk',
      'b@example.com,A "b" c "d"',
      'c,{"x":"y"}',
      'd,fine',
      odd,
      odd,
      'm,fine',
    ];
    cli.file('disks.csv', rows.join('\n'));
    const said = await cli.run(['--json', 'invite', 'send', '--file', 'disks.csv', '--preview']);
    const results = listAt(JSON.parse(said.out), 'rows').map((row) => Object(row));
    assert.deepEqual(
      results.map(({ row, issues }) => [
        row,
        /^[^:]*/.exec(issues[0])?.[0],
        /line \d+, column \d+/.exec(issues[0])?.[0],
      ]),
      [
        [1, 'cannot be read', 'line 2, column 2'],
        [2, 'cannot be read', 'line 3, column 2'],
        [3, 'cannot be read', 'line 4, column 2'],
        [4, '"email" is not an email address', undefined],
        [5, 'cannot be read', 'line 6, column 1'],
        [6, 'cannot be read', 'line 8, column 1'],
        [7, '"email" is not an email address', undefined],
      ],
    );
  });

  it('a quote inside a value is an error of its row; any other wrong quote refuses the file, with its place', async () => {
    const rows = ['email,label', 'a@example.com,Ann', 'b@example.com,Bo"b', '', 'c@example.com,"C ""y"" Z"'];
    cli.file('inside.csv', rows.join('\n'));
    const report = Object(JSON.parse((await cli.run(['--json', 'invite', 'bulk', '--file', 'inside.csv'])).out));
    assert.deepEqual(
      report.rows.map(({ type }: { readonly type: string }) => type),
      ['created', 'invalid', 'created'],
    );
    assert.match(report.rows[1].issues.join(), /^cannot be read: line 3, column 2: a quote inside a value/);
    assert.equal(await stored(), 2);
    for (const [text, place] of [
      ['email,label\na@example.com,"Ann" Lee\nb@example.com,Bob\n', /line 2, column 2: after the closing quote/],
      ['email,label\na@example.com,"Ann\nb@example.com,"Bob"\n', /line 3, column 2: after the closing quote/],
      ['email,label\na@example.com,Ann\nb@example.com,"Bob\n', /line 3, column 2: the file ends .* after line 2/],
      ['\nema"il,label\na@example.com,Ann\n', /line 2, column 1: a quote inside a value/],
    ] as const) {
      cli.file('wrong.csv', text);
      for (const command of ['bulk', 'send']) {
        const said = await cli.run(['invite', command, '--file', 'wrong.csv']);
        assert.equal(said.code, 2, said.out);
        assert.match(said.err, place);
      }
    }
    assert.equal(await stored(), 2);
  });

  it('leaves no empty file when the stores are down', async () => {
    cli.file('away.mjs', configurationOf('redis://127.0.0.1:1'));
    const said = await cli.run(['--config', 'away.mjs', 'invite', 'bulk', '--count', '2', '--out', 'codes.csv']);
    assert.equal(said.code, 4);
    assert.equal(existsSync(join(cli.folder, 'codes.csv')), false);
  });

  it('Ctrl-C stops between batches; the file contains exactly the codes created', async () => {
    const said = await bulk(['--count', '2000', '--out', 'codes.csv'], {
      interrupt: (press) => void setTimeout(press, 1),
    });
    assert.equal(said.code, 130);
    assert.match(said.err, /interrupted: rows from \d+ on were not begun/);
    const codes: unknown[] = parse(cli.read('codes.csv'), { columns: true });
    assert.ok(codes.length >= 250 && codes.length < 2000);
    assert.equal(await stored(), codes.length);
  });

  it('keeps the codes created so far in the file when Redis goes down', async () => {
    const lost = await startRedis();
    cli.file('lost.mjs', configurationOf(lost.url));
    const running = cli.run(['--config', 'lost.mjs', 'invite', 'bulk', '--count', '200000', '--out', 'codes.csv']);
    while (!existsSync(join(cli.folder, 'codes.csv')) || cli.read('codes.csv') === '')
      await new Promise((resolve) => setTimeout(resolve, 5));
    await lost.kill();
    const said = await running;
    assert.equal(said.code, 4, said.err);
    assert.match(said.err, /^error Redis is away.*some may have been made/m);
    const codes: unknown[] = parse(cli.read('codes.csv'), { columns: true });
    assert.match(said.err, new RegExp(`^${codes.length} created$`, 'm'));
    await lost.stop();
  });

  it('reads an export back with the same labels, and neutralizes formulas', async () => {
    cli.file('odd.csv', 'email,label\na@example.com,=cmd()\nb@example.com,"Größe, ""x"""\n');
    await bulk(['--file', 'odd.csv']);
    const { out } = await cli.run(['invite', 'export']);
    const labels = parse<Record<string, string>>(out, { columns: true }).map(({ label }) => label);
    assert.deepEqual(labels.sort(), ["'=cmd()", 'Größe, "x"']);
    cli.file('evil.csv', 'email\n=1+1@example.com\n');
    assert.doesNotMatch((await bulk(['--file', 'evil.csv'])).out, /(^|,)=/m);
  });
});
