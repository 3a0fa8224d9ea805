import assert from 'node:assert/strict';
import { it } from 'mocha';
import type { ExportQuery } from '../../../lib/invitations/management/export-csv.js';
import { onBothStores } from '../../support/invitations/both-stores.js';
import type { InvitationFixture } from '../../support/invitations/invitation-fixture.js';

async function exported({ invitations }: InvitationFixture, query?: ExportQuery): Promise<string[][]> {
  let csv = '';
  for await (const text of invitations.manager.exportCsv(query)) csv += text;
  return rowsOf(csv);
}

/** Rows as RFC 4180 and spreadsheets read them. */
function rowsOf(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = '', end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (row.length > 1) rows.push(row);
    row = [];
  }
  return rows;
}

onBothStores('the export of invitations', (open) => {
  it('starts no formula, and keeps quotes, commas, line ends and every alphabet', async () => {
    const fixture = open();
    const texts = [
      '=cmd()',
      '+1+1',
      '-2+3',
      '@SUM(A1)',
      '\tx',
      '\rx',
      'say "hi", you',
      'two\nlines',
      '字 é',
      "'quoted",
    ];
    for (const label of texts) {
      fixture.clock.advance(1000);
      // The compared text has no control characters.
      const named = label.replace(/\p{Cc}/gu, '');
      await fixture.invitations.manager.create({ label, note: label, creator: named, inviter: named, tenant: named });
    }
    const [head, ...rows] = await exported(fixture);
    assert.equal(head?.length, 19);
    for (const [at, text] of [...texts].reverse().entries()) {
      const cells = rows[at] ?? [];
      for (const column of ['label', 'note', 'creator', 'inviter', 'tenant']) {
        const kept = ['label', 'note'].includes(column) ? text : text.replace(/\p{Cc}/gu, '');
        const wanted = /^[=+\-@\t\r]/.test(kept) ? `'${kept}` : kept;
        assert.equal(cells[head?.indexOf(column) ?? 0], wanted, `${column}: ${JSON.stringify(text)}`);
      }
    }
  });

  it('quotes what contains a separator of any spreadsheet, and starts no formula after one', async () => {
    const fixture = open();
    const texts = { 'x;=1+1': `"x;'=1+1"`, 'x\r=1': `"x\r'=1"`, 'x\n=1': `"x\n'=1"`, '  +1': "  '+1" };
    for (const note of Object.keys(texts)) await fixture.invitations.manager.create({ note });
    let csv = '';
    for await (const text of fixture.invitations.manager.exportCsv()) csv += text;
    for (const [note, wanted] of Object.entries(texts))
      assert.ok(csv.includes(`,${wanted},`), `${JSON.stringify(note)} in ${csv}`);
  });

  it('writes instants in UTC, counts, states and data, and never a code', async () => {
    const fixture = open();
    const { manager } = fixture.invitations;
    const { id, code } = await manager.create({
      uses: 2,
      expires: { local: '2026-12-31', zone: 'Asia/Jakarta' },
      notBefore: '2026-01-01T00:00:00Z',
      data: { plan: 'a,b' },
    });
    await fixture.signUp(code, 'p');
    await fixture.invitations.idle();
    fixture.clock.advance(1);
    await manager.revoke((await manager.create({ uses: 'unlimited', expires: null })).id);
    const [head = [], unlimited = [], first = []] = await exported(fixture);
    const cell = (row: string[], column: string): string | undefined => row[head.indexOf(column)];
    assert.deepEqual(
      ['id', 'state', 'uses', 'redeemed', 'held', 'claimed', 'expires', 'not_before', 'data'].map((column) =>
        cell(first, column),
      ),
      [id, 'open', '2', '1', '0', '0', '2026-12-31T17:00:00.000Z', '2026-01-01T00:00:00.000Z', '{"plan":"a,b"}'],
    );
    assert.deepEqual(
      ['state', 'uses', 'expires', 'data'].map((column) => cell(unlimited, column)),
      ['revoked', 'unlimited', '', ''],
    );
    assert.match(cell(unlimited, 'revoked_at') ?? '', /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.ok(!JSON.stringify([first, unlimited]).includes(code.replaceAll('-', '')));
    assert.ok(!JSON.stringify([first, unlimited]).includes(code));
  });

  it('has a line for every account, if accounts are requested', async () => {
    const fixture = open();
    const { manager } = fixture.invitations;
    const { id, code } = await manager.create({ uses: 3, label: 'fair', inviter: 'ann' });
    await manager.create({ label: 'unused' });
    for (const plan of ['p', 'q']) await fixture.signUp(code, plan);
    await fixture.invitations.idle();
    const [head, ...rows] = await exported(fixture, { of: 'accounts' });
    assert.deepEqual(head, ['user', 'redeemed_at', 'invitation', 'seat', 'label', 'tenant', 'inviter']);
    assert.deepEqual(
      rows.map(([user, at = '', ...rest]) => [user, Number.isNaN(Date.parse(at)), ...rest]).sort(),
      ['p', 'q'].map((plan, at) => [`user of ${plan}`, false, id, `${at + 1}`, 'fair', '', 'ann']),
    );
    assert.equal((await exported(fixture, { search: 'fair' })).length, 2);
    assert.equal((await exported(fixture, { state: 'used_up' })).length, 1);
  });
});
