import assert from 'node:assert/strict';
import { it } from 'mocha';
import type { InvitationInput } from '../../../lib/ports/invitation-input.js';
import { onBothStores } from '../../support/invitations/both-stores.js';

const end = '2027-06-30T00:00:00Z';

onBothStores('making many invitations', (open) => {
  it('I97: reports row by row, and an invalid row does not affect the others', async () => {
    const { manager } = open({ isMember: async (email) => email === 'member@example.com' }).invitations;
    const invited = await manager.create({ email: 'invited@example.com' });
    const closed = await manager.create({ email: 'closed@example.com' });
    await manager.revoke(closed.id);
    await manager.create({ customCode: 'TAKEN-WORD', uses: 1, expires: end });
    const rows: readonly InvitationInput[] = [
      { email: 'Ann@example.com' },
      { email: 'not an address', uses: 0 },
      { email: 'ann@EXAMPLE.com' },
      { email: 'invited@example.com' },
      { email: 'member@example.com' },
      { email: 'closed@example.com' },
      { customCode: 'TAKEN-WORD', uses: 1, expires: end },
      { customCode: 'FRESH-WORD', uses: 1, expires: end },
      { customCode: 'fresh-word', uses: 1, expires: end },
      {},
      {},
    ];
    const before = (await manager.list()).items.length;
    const preview = await manager.createMany(rows, { preview: true });
    assert.equal((await manager.list()).items.length, before, 'a preview makes nothing');
    const answers = await manager.createMany(rows, { by: 'root' });
    assert.deepEqual(
      answers.map((answer) => [answer.row, answer.type]),
      [
        [1, 'created'],
        [2, 'invalid'],
        [3, 'duplicate'],
        [4, 'invited'],
        [5, 'member'],
        [6, 'created'],
        [7, 'refused'],
        [8, 'created'],
        [9, 'duplicate'],
        [10, 'created'],
        [11, 'created'],
      ],
    );
    // A custom code that is taken is detected when it is created.
    assert.deepEqual(
      preview.map(({ type }) => type),
      answers.map(({ type, row }) => (type === 'created' || row === 7 ? 'fine' : type)),
    );
    const [, invalid, duplicate, other] = answers;
    assert.equal(invalid?.type === 'invalid' && invalid.issues.length, 2);
    assert.equal(duplicate?.type === 'duplicate' && duplicate.of, 1);
    assert.equal(other?.type === 'invited' && other.id, invited.id);
    const [first] = answers;
    if (first?.type !== 'created') return assert.fail('row 1');
    assert.deepEqual(
      (await manager.ledger(first.id)).map(({ kind, by }) => [kind, by]),
      [['issued', 'root']],
    );
    const again = await manager.createMany(rows.slice(3, 5), { again: true });
    assert.deepEqual(
      again.map(({ type }) => type),
      ['created', 'created'],
    );
  });

  it('creates 2,000 in one call, each with its own code, and reports progress', async () => {
    const { invitations, ask } = open();
    const progress: (readonly [number, number])[] = [];
    const rows = Array.from({ length: 2000 }, (_, at) => ({ email: `guest-${at}@example.com`, label: `row ${at}` }));
    const answers = await invitations.manager.createMany(rows, {
      onProgress: (done, of) => void progress.push([done, of]),
    });
    const made = answers.flatMap((answer) => (answer.type === 'created' ? [answer] : []));
    assert.equal(made.length, 2000);
    assert.deepEqual(
      [new Set(made.map(({ id }) => id)).size, new Set(made.map(({ code }) => code)).size],
      [2000, 2000],
    );
    assert.deepEqual([progress.length, progress[0], progress.at(-1)], [8, [250, 2000], [2000, 2000]]);
    const last = await ask(made.at(-1)?.code ?? '', { email: 'guest-1999@example.com' });
    assert.equal(last.ok && last.label, 'row 1999');
    const twice = await invitations.manager.createMany(rows.slice(0, 20));
    assert.ok(twice.every(({ type }) => type === 'invited'));
  });

  it('counts the quota of inviters row by row', async () => {
    const { manager } = open({
      inviters: { may: async (inviter) => inviter !== 'mallory', quota: async () => ({ count: 3, days: 1 }) },
    }).invitations;
    const answers = await manager.createMany([
      ...Array.from({ length: 5 }, () => ({ inviter: 'ann' })),
      { inviter: 'mallory' },
      { inviter: 'bob' },
    ]);
    assert.deepEqual(
      answers.map((answer) => (answer.type === 'refused' ? answer.code : answer.type)),
      [
        'created',
        'created',
        'created',
        'ERR_ENROLLMENT_QUOTA',
        'ERR_ENROLLMENT_QUOTA',
        'ERR_ENROLLMENT_INVITER',
        'created',
      ],
    );
  });
});
