import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isEnrollmentError, type ErrorCode } from '../../../lib/base/error.js';
import type { InvitationStore } from '../../../lib/ports/invitation-store.js';
import { createMemoryInvitationStore } from '../../../lib/stores/memory/invitation-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { invitationFixture } from '../../support/invitations/invitation-fixture.js';

const coded = (code: ErrorCode, status: number) => (error: unknown) =>
  isEnrollmentError(error) && error.code === code && error.status === status;

describe('listing invitations', () => {
  it('shows the newest first, page by page, with state and counts', async () => {
    const { invitations, clock, signUp } = invitationFixture();
    const made = [];
    for (let times = 0; times < 5; times += 1) {
      clock.advance(1000);
      made.unshift(await invitations.manager.create({ uses: 2, label: `number ${times}` }));
    }
    await signUp(made[0]?.code ?? '', 'p');
    const { items: first, next } = await invitations.manager.list({ limit: 2 });
    assert.deepEqual(
      first.map(({ label, redeemed }) => [label, redeemed]),
      [
        ['number 4', 1],
        ['number 3', 0],
      ],
    );
    const { items: second, next: end } = await invitations.manager.list({ limit: 50, after: next ?? '' });
    assert.equal(end, null);
    assert.deepEqual(
      second.map(({ label }) => label),
      ['number 2', 'number 1', 'number 0'],
    );
  });
});

it('GHSA-m9h4: a code is shown when it is made, and never again', async () => {
  const { invitations, signUp } = invitationFixture();
  const { manager } = invitations;
  const made = await manager.create({ uses: 2, label: 'team' });
  const { id, code } = made;
  await signUp(code, 'p');
  let csv = '';
  for await (const part of manager.exportCsv()) csv += part;
  const shown = JSON.stringify([
    await manager.get(id),
    await manager.list(),
    await manager.ledger(id),
    await manager.seats(id),
    await manager.tree({ invitation: id }),
    await manager.explain(code),
    await manager.edit(id, { label: 'other' }),
    await manager.revoke(id),
    csv,
  ]);
  assert.match(shown, /other/);
  const folded = (text: string): string => text.replace(/[^0-9a-z]/gi, '').toLowerCase();
  assert.ok(folded(JSON.stringify(made)).includes(folded(code)));
  assert.ok(!folded(shown).includes(folded(code)));
});

describe('extending an invitation', () => {
  it('adds uses or time, and keeps its accounts', async () => {
    const { invitations, clock, signUp, ask } = invitationFixture();
    const { id, code } = await invitations.manager.create({ expires: clock.now() + 1000 });
    await signUp(code, 'a');
    assert.equal((await invitations.manager.extend(id, { uses: 2 })).state, 'open');
    await signUp(code, 'b');
    clock.advance(1000);
    assert.equal((await ask(code)).ok, false);
    const extended = await invitations.manager.extend(id, { uses: 'unlimited', expires: null });
    assert.deepEqual(
      [extended.state, extended.redeemed, extended.version, extended.uses, extended.expires],
      ['open', 2, 3, null, null],
    );
    assert.equal((await signUp(code, 'c')).type, 'redeemed');
    assert.equal((await invitations.manager.extend(id, { uses: 1 })).state, 'used_up');
  });

  it('by many calls at once loses no change', async () => {
    const { invitations, clock } = invitationFixture();
    const { id } = await invitations.manager.create();
    await Promise.all([
      invitations.manager.extend(id, { uses: 7 }),
      invitations.manager.extend(id, { expires: clock.now() + 5 }),
      invitations.manager.extend(id, { uses: 7 }),
    ]);
    const [listed] = (await invitations.manager.list()).items;
    assert.deepEqual([listed?.uses, listed?.expires, listed?.version], [7, clock.now() + 5, 4]);
  });

  it('is refused with mistakes, for a custom code without an end, and for an unknown id', async () => {
    const { invitations } = invitationFixture();
    const { id } = await invitations.manager.create({
      customCode: 'SPRING-2026',
      uses: 5,
      expires: '2027-01-01T00:00:00Z',
    });
    for (const change of [
      {},
      { uses: 0 },
      { uses: 'unlimited' as const },
      { expires: null },
      { expires: 'tomorrow' },
    ]) {
      await assert.rejects(invitations.manager.extend(id, change), coded('ERR_ENROLLMENT_INVITATION', 400));
    }
    await assert.rejects(
      invitations.manager.extend('nothing', { uses: 1 }),
      coded('ERR_ENROLLMENT_UNKNOWN_INVITATION', 404),
    );
  });
});

describe('revoking an invitation', () => {
  it('ends it at once, and is idempotent', async () => {
    const { invitations, ask, signUp } = invitationFixture();
    const { id, code } = await invitations.manager.create({ uses: 2 });
    await signUp(code, 'a');
    const revoked = { redeemed: 1, inFlight: 0, becameAccounts: 0, stillOpen: 0 };
    assert.deepEqual(await invitations.manager.revoke(id), revoked);
    assert.deepEqual(await invitations.manager.revoke(id), revoked);
    assert.equal((await ask(code)).ok, false);
    assert.deepEqual(
      (await invitations.manager.ledger(id)).map(({ kind }) => kind),
      ['issued', 'claimed', 'redeemed', 'revoked'],
    );
    await assert.rejects(invitations.manager.revoke('nothing'), coded('ERR_ENROLLMENT_UNKNOWN_INVITATION', 404));
  });

  it('waits for accounts that are being written, and reports their outcome', async () => {
    const { invitations, signUp, table } = invitationFixture();
    const { id, code } = await invitations.manager.create({ uses: 3 });
    const finish: (() => void)[] = [];
    const gate = () => new Promise<void>((resolve) => finish.push(resolve));
    const good = signUp(code, 'good', {
      async write(redemption) {
        await gate();
        table.insert(redemption.row('g'));
        return 'g';
      },
    });
    const bad = signUp(code, 'bad', { write: () => gate().then(() => Promise.reject(new Error('no'))) });
    while (finish.length < 2) await new Promise(setImmediate);
    let over = false;
    const revoking = invitations.manager.revoke(id).finally(() => (over = true));
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal(over, false);
    for (const end of finish) end();
    assert.deepEqual(await revoking, { redeemed: 1, inFlight: 2, becameAccounts: 1, stillOpen: 0 });
    assert.equal((await good).type, 'redeemed');
    await assert.rejects(bad);
  });

  it('waits no longer than a lease, and reports what is still open', async () => {
    const clock = fakeClock();
    const inner = createMemoryInvitationStore({ clock });
    let reads = 0;
    const store: InvitationStore = {
      ...inner,
      read: (ids) => {
        reads += 1;
        return inner.read(ids);
      },
    };
    const { invitations } = invitationFixture({ store, clock, leaseSeconds: 0.1 });
    const { id } = await invitations.manager.create();
    await store.claim({ id, plan: 'hangs', leaseSeconds: 3600 });
    reads = 0;
    assert.deepEqual(await invitations.manager.revoke(id), {
      redeemed: 0,
      inFlight: 1,
      becameAccounts: 0,
      stillOpen: 1,
    });
    // To edit it, to see its claims, and after pauses of 20 and 40 ms.
    assert.equal(reads, 4);
  });

  it('settles what dead processes left behind', async () => {
    const { invitations, store, table, clock } = invitationFixture();
    const { id } = await invitations.manager.create({ uses: 2 });
    await store.claim({ id, plan: 'died before', leaseSeconds: 60 });
    await store.claim({ id, plan: 'died after', leaseSeconds: 60 });
    table.insert({ redemption_key: `${id}:2`, enrollment_id: 'died after', invitation_id: id, user_id: 'u' });
    clock.advance(61_000);
    assert.deepEqual(await invitations.manager.revoke(id), {
      redeemed: 1,
      inFlight: 2,
      becameAccounts: 1,
      stillOpen: 0,
    });
  });

  it('acknowledged, is never followed by an account', async () => {
    for (let round = 0; round < 200; round += 1) {
      const { invitations, signUp, table } = invitationFixture({ leaseSeconds: 5 });
      const { id, code } = await invitations.manager.create({ uses: 3 });
      let acknowledged = false;
      const late: string[] = [];
      const people = Array.from({ length: 3 }, async (_, at) => {
        for (let turns = (round * 7 + at * 3) % 11; turns > 0; turns -= 1) await Promise.resolve();
        await signUp(code, `p${at}`, {
          async write(redemption) {
            await new Promise(setImmediate);
            if (acknowledged) late.push(redemption.key);
            table.insert(redemption.row(`u${at}`));
            return `u${at}`;
          },
        }).catch(() => undefined);
      });
      for (let turns = round % 13; turns > 0; turns -= 1) await Promise.resolve();
      await invitations.manager.revoke(id);
      acknowledged = true;
      await Promise.all(people);
      assert.deepEqual(late, [], `round ${round}`);
    }
  });
});

describe('explaining', () => {
  it('reports the state of a code, a typo, and nothing about unknown ones', async () => {
    const { invitations, clock } = invitationFixture();
    const { id, code } = await invitations.manager.create();
    const explained = await invitations.manager.explain(` ${code.toLowerCase()} `);
    assert.deepEqual([explained?.cause, explained?.at, explained?.invitation?.id], ['open', null, id]);
    clock.advance(31 * 86_400_000);
    assert.equal((await invitations.manager.explain(code))?.cause, 'expired');
    assert.deepEqual(await invitations.manager.explain(code.slice(0, -1) + (code.endsWith('A') ? 'B' : 'A')), {
      cause: 'typo',
      at: null,
      invitation: null,
    });
    assert.equal(await invitations.manager.explain('SPRING-2026'), null);
    assert.equal(await invitations.manager.explain(''), null);
  });

  it('reports the true cause behind a reference, its time, and the current state', async () => {
    const { invitations, clock, ask } = invitationFixture();
    const { id, code } = await invitations.manager.create({ flow: 'other' });
    const verdict = await ask(code);
    const at = clock.now();
    clock.advance(5000);
    await invitations.idle();
    const explained = await invitations.manager.explain(verdict.ok ? '' : ` ${verdict.reference.toLowerCase()}`);
    assert.deepEqual(
      [explained?.cause, explained?.at, explained?.invitation?.id, explained?.invitation?.state],
      ['other_flow', at, id, 'open'],
    );
  });
});
