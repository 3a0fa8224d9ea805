import assert from 'node:assert/strict';
import { it } from 'mocha';
import { isEnrollmentError, type ErrorCode } from '../../../lib/base/error.js';
import type { InvitationChange } from '../../../lib/ports/invitation-input.js';
import { onBothStores } from '../../support/invitations/both-stores.js';

const coded = (code: ErrorCode) => (error: unknown) => isEnrollmentError(error) && error.code === code;
const end = '2027-06-30T00:00:00Z';

onBothStores('editing an invitation', (open) => {
  it('changes every field, and keeps those left out', async () => {
    const { manager } = open().invitations;
    const { id } = await manager.create({
      uses: 2,
      data: { plan: { seats: 1 } },
      label: 'old',
      tenant: 'acme',
      inviter: 'ann',
    });
    const changes: readonly (readonly [change: InvitationChange, becomes: object])[] = [
      [{ uses: 7 }, { uses: 7 }],
      [{ expires: end }, { expires: Date.parse(end) }],
      [{ notBefore: '2027-01-01T00:00:00Z' }, { notBefore: Date.UTC(2027, 0, 1) }],
      [{ email: 'Ann@Example.com' }, { bound: 'ann@example.com' }],
      [{ domain: '@Example.ORG' }, { bound: '@example.org' }],
      [{ data: { plan: { seats: 2 } } }, { data: { plan: { seats: 2 } } }],
      [{ label: 'new' }, { label: 'new' }],
      [{ note: 'for the fair' }, { note: 'for the fair' }],
      [{ flow: 'fair' }, { flow: 'fair' }],
      [{ redirect: '/welcome' }, { redirect: { path: '/welcome' } }],
      [{ reserve: '15m' }, { reservationSeconds: 900 }],
      [{ onePerPerson: true }, { onePerPerson: true }],
    ];
    let expected: object = await manager.get(id);
    for (const [at, [change, becomes]] of changes.entries()) {
      expected = { ...expected, ...becomes, version: at + 2 };
      const edited = await manager.edit(id, change);
      assert.deepEqual({ ...edited, state: '' }, { ...expected, state: '' }, Object.keys(change).join());
      assert.deepEqual(await manager.get(id), edited);
    }
  });

  it('clears a field by null, each alone', async () => {
    const { manager } = open().invitations;
    const { id } = await manager.create({
      uses: 3,
      notBefore: '2026-02-01T00:00:00Z',
      expires: end,
      email: 'ann@example.com',
      flow: 'fair',
      redirect: '/welcome',
      reserve: '15m',
    });
    const before = await manager.get(id);
    const cleared = [
      [{ notBefore: null }, { notBefore: null }],
      [{ expires: null }, { expires: null }],
      [{ domain: null }, {}],
      [{ email: null }, { bound: null }],
      [{ flow: null }, { flow: null }],
      [{ redirect: null }, { redirect: null }],
      [{ reserve: null }, { reservationSeconds: null }],
    ] as const;
    let expected: object = { ...before, state: '' };
    for (const [at, [change, becomes]] of cleared.entries()) {
      expected = { ...expected, ...becomes, version: at + 2 };
      assert.deepEqual({ ...(await manager.edit(id, change)), state: '' }, expected, JSON.stringify(change));
    }
  });

  it('of many concurrent edits keeps every change', async () => {
    const { manager } = open().invitations;
    const { id } = await manager.create({ uses: 5 });
    const changes: readonly InvitationChange[] = [
      { label: 'a' },
      { note: 'b' },
      { uses: 9 },
      { flow: 'fair' },
      { data: { c: 1 } },
      { redirect: '/d' },
      { email: 'e@example.com' },
      { onePerPerson: true },
      { reserve: 60 },
      { expires: end },
    ];
    await Promise.all(changes.map((change, at) => manager.edit(id, change, { by: `admin ${at}` })));
    const now = await manager.get(id);
    assert.deepEqual(
      [
        now.label,
        now.note,
        now.uses,
        now.flow,
        now.data,
        now.redirect,
        now.bound,
        now.onePerPerson,
        now.reservationSeconds,
      ],
      ['a', 'b', 9, 'fair', { c: 1 }, { path: '/d' }, 'e@example.com', true, 60],
    );
    assert.deepEqual([now.expires, now.version], [Date.parse(end), 11]);
    const actors = (await manager.ledger(id)).flatMap(({ by }) => by ?? []);
    assert.deepEqual(new Set(actors), new Set(changes.map((_, at) => `admin ${at}`)));
  });

  it('is refused with all mistakes at once, and changes nothing', async () => {
    const { manager } = open().invitations;
    const { id } = await manager.create({ customCode: 'SPRING-2026', uses: 5, expires: end });
    const before = await manager.get(id);
    await assert.rejects(
      manager.edit(id, {
        uses: 'unlimited',
        expires: null,
        email: 'nobody',
        redirect: '//evil.example',
        reserve: '1s',
        flow: '..',
      }),
      (error: unknown) => {
        assert.ok(isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_INVITATION');
        for (const field of ['uses', 'expires', 'email', 'redirect', 'reserve', 'flow'])
          assert.ok(
            error.issues.some((issue) => issue.includes(`"${field}"`)),
            `${field}: ${error.issues.join('; ')}`,
          );
        return true;
      },
    );
    await assert.rejects(manager.edit(id, { email: 'a@example.com', domain: 'example.com' }), /cannot both be given/);
    await assert.rejects(manager.edit(id, {}), coded('ERR_ENROLLMENT_INVITATION'));
    await assert.rejects(
      manager.edit(id, JSON.parse('{"creator":"me"}') as InvitationChange),
      /"creator" is not allowed/,
    );
    await assert.rejects(manager.edit('nothing', { uses: 1 }), coded('ERR_ENROLLMENT_UNKNOWN_INVITATION'));
    assert.deepEqual(await manager.get(id), before);
  });

  it('checks new instants against the old ones, and reservations against the number of uses', async () => {
    const { manager } = open().invitations;
    const { id } = await manager.create({ uses: 3, reserve: '15m', notBefore: '2027-01-01T00:00:00Z', expires: end });
    await assert.rejects(manager.edit(id, { expires: '2026-12-01T00:00:00Z' }), /later than "notBefore"/);
    await assert.rejects(manager.edit(id, { notBefore: end }), /later than "notBefore"/);
    await assert.rejects(manager.edit(id, { uses: 'unlimited' }), /"reserve" needs a number/);
    assert.equal((await manager.edit(id, { uses: 'unlimited', reserve: null })).uses, null);
    await assert.rejects(manager.edit(id, { reserve: '15m' }), /"reserve" needs a number/);
  });

  it('C32, C33: lowering the uses keeps existing accounts, raising them continues', async () => {
    const fixture = open();
    const { manager } = fixture.invitations;
    const { id, code } = await manager.create({ uses: 3 });
    for (const plan of ['a', 'b', 'c']) await fixture.signUp(code, plan);
    await fixture.invitations.idle();
    const { state, redeemed } = await manager.edit(id, { uses: 1 });
    assert.deepEqual([state, redeemed], ['used_up', 3]);
    assert.equal((await manager.edit(id, { uses: 4 })).state, 'open');
    assert.equal((await fixture.signUp(code, 'd')).type, 'redeemed');
    await fixture.invitations.idle();
    const { seats } = await manager.seats(id);
    assert.deepEqual(
      seats.map(({ seat, user }) => `${seat} ${user}`).sort(),
      ['a', 'b', 'c', 'd'].map((plan, at) => `${at + 1} user of ${plan}`),
    );
  });
});

onBothStores('ending an invitation and taking that back', (open) => {
  it('D42, H89: revoked it admits no one, restored it does again, with the actor recorded', async () => {
    const fixture = open();
    const { manager } = fixture.invitations;
    const { id, code } = await manager.create({ uses: 3 }, { by: 'ann' });
    await manager.revoke(id, { by: 'bob' });
    const refused = await fixture.ask(code);
    assert.equal(!refused.ok && refused.message.id, 'invitation.unknown');
    await manager.revoke(id, { by: 'nobody: it is revoked' });
    assert.equal((await manager.restore(id, { by: 'cid' })).state, 'open');
    assert.equal((await manager.restore(id, { by: 'nobody: it is open' })).version, 3);
    await manager.extend(id, { uses: 4 }, { by: 'dan' });
    assert.equal((await fixture.signUp(code, 'p')).type, 'redeemed');
    await fixture.invitations.idle();
    assert.deepEqual(
      (await manager.ledger(id)).map(({ kind, by, user }) => [kind, by ?? user ?? null]),
      [
        ['issued', 'ann'],
        ['revoked', 'bob'],
        ['restored', 'cid'],
        ['extended', 'dan'],
        ['claimed', null],
        ['redeemed', 'user of p'],
      ],
    );
    const emitted = fixture.events.map(([name]) => name).filter((name) => /restored|revoked/.test(name));
    assert.deepEqual(emitted, ['invitation.revoked', 'invitation.revoked', 'invitation.restored']);
  });

  it('restored after its end it is expired, not open', async () => {
    const { invitations, clock } = open();
    const { id } = await invitations.manager.create({ expires: clock.now() + 60_000 });
    await invitations.manager.revoke(id);
    clock.advance(61_000);
    assert.equal((await invitations.manager.restore(id)).state, 'expired');
  });

  it('once a revocation is acknowledged, no account follows', async () => {
    for (let round = 0; round < 100; round += 1) {
      const { invitations, signUp, table } = open({ leaseSeconds: 5 });
      const { id, code } = await invitations.manager.create({ uses: 3 });
      let acknowledged = false;
      const late: string[] = [];
      const people = Array.from({ length: 3 }, async (_, at) => {
        for (let turns = (round * 7 + at * 3) % 11; turns > 0; turns -= 1) await new Promise(setImmediate);
        await signUp(code, `p${at}`, {
          async write(redemption) {
            await new Promise(setImmediate);
            if (acknowledged) late.push(redemption.key);
            table.insert(redemption.row(`u${at}`));
            return `u${at}`;
          },
        }).catch(() => undefined);
      });
      for (let turns = round % 13; turns > 0; turns -= 1) await new Promise(setImmediate);
      const { redeemed, stillOpen } = await invitations.manager.revoke(id);
      acknowledged = true;
      const made = (await Promise.all([1, 2, 3].map((seat) => table.find({ key: `${id}:${seat}` })))).filter(Boolean);
      await Promise.all(people);
      assert.deepEqual([late, stillOpen, redeemed], [[], 0, made.length], `round ${round}`);
    }
  });
});
