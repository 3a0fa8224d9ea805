import assert from 'node:assert/strict';
import { it } from 'mocha';
import { createKeyring } from '../../../lib/base/keyring.js';
import { isEnrollmentError, type ErrorCode } from '../../../lib/base/error.js';
import { Secret } from '../../../lib/base/secret.js';
import { onBothStores } from '../../support/invitations/both-stores.js';
import { mailBox } from '../../support/invitations/mail-box.js';

const day = 86_400_000;
const coded =
  (code: ErrorCode) =>
  (error: unknown): boolean =>
    isEnrollmentError(error) && error.code === code;

onBothStores('mailing an invitation again', (open) => {
  it('D42: extended, both mails have the same code and link, and the end moves', async () => {
    const box = mailBox();
    const { invitations, clock, ask } = open({ queue: box });
    const { manager } = invitations;
    const sent = await manager.send({ email: 'bob@example.com', expires: '1d', values: { name: 'Bob' } });
    clock.advance(2 * day);
    assert.equal((await manager.get(sent.id)).state, 'expired');
    const again = await manager.resend(sent.id, { by: 'root' });
    assert.deepEqual(again, { id: sent.id, mail: `invitation:${sent.id}:2` });
    const [first, second] = box.orders.map(({ content }) => content.letter);
    assert.deepEqual([second?.url, second?.code, second?.values], [first?.url, first?.code, { name: 'Bob' }]);
    assert.deepEqual(
      [second?.expiresAt, (await manager.get(sent.id)).expires],
      [clock.now() + 7 * day, clock.now() + 7 * day],
    );
    const verdict = await ask(sent.code, { proof: new Secret(box.proofIn(box.orders[1])) });
    assert.equal(verdict.ok && verdict.proved, 'bob@example.com');
    assert.equal((await manager.ledger(sent.id)).filter(({ kind }) => kind === 'mailed').length, 2);
    await manager.resend(sent.id, { expires: '1d' });
    assert.equal((await manager.get(sent.id)).expires, clock.now() + day);
  });

  it('rotated, the second mail has a new code and secret, and the first one is worth nothing', async () => {
    const box = mailBox();
    const { invitations, ask } = open({ queue: box });
    const { manager } = invitations;
    const sent = await manager.send({ email: 'bob@example.com', locale: 'de' });
    const again = await manager.resend(sent.id, { mode: 'rotate' });
    assert.deepEqual(Object.keys(again), ['id', 'mail'], 'the code is in the mail alone');
    const [first, second] = box.orders;
    assert.equal(second?.content.locale, 'de');
    const code = second?.content.letter?.code ?? '';
    assert.notEqual(code, sent.code);
    assert.notEqual(box.proofIn(first), box.proofIn(second));
    assert.equal((await ask(sent.code, { enrollmentId: 'late' })).ok, false);
    const verdict = await ask(code, { proof: new Secret(box.proofIn(first)) });
    assert.equal(verdict.ok && verdict.proved, null);
    const own = await ask(code, { enrollmentId: 'own', proof: new Secret(box.proofIn(second)) });
    assert.equal(own.ok && own.proved, 'bob@example.com');
  });

  it('to another address, the code of the wrong mailbox ends: rotated, not edited', async () => {
    const box = mailBox();
    const { invitations, ask } = open({ queue: box });
    const { manager } = invitations;
    const typo = await manager.send({ email: 'typo@example.com', data: { role: 'admin' }, values: { name: 'Bob' } });
    for (const change of [{ email: 'right@example.com' }, { email: null }, { domain: 'example.com' }])
      await assert.rejects(
        manager.edit(typo.id, { ...change, note: 'corrected' }),
        /code was mailed to the present address.*mode: 'rotate', email/,
      );
    assert.equal(
      (await manager.edit(typo.id, { email: 'TYPO@example.com', note: 'the same' })).bound,
      'typo@example.com',
    );
    await assert.rejects(manager.resend(typo.id, { email: 'right@example.com' }), /"email" needs mode "rotate"/);
    await assert.rejects(manager.resend(typo.id, { mode: 'rotate', email: 'right' }), /is not an email address/);
    const earlier = await manager.send({ email: 'right@example.com' });
    const again = await manager.resend(typo.id, { mode: 'rotate', email: 'Right@example.com' });
    const [first, , last] = box.orders;
    assert.deepEqual([last?.to, last?.content.letter?.values], ['right@example.com', { name: 'Bob' }]);
    const { bound, replaces, state, data } = await manager.get(again.id);
    assert.deepEqual([bound, replaces, state, data], ['right@example.com', typo.id, 'open', { role: 'admin' }]);
    for (const { id } of [typo, earlier]) assert.equal((await manager.get(id)).state, 'revoked');
    const stranger = { enrollmentId: 'stranger', proof: new Secret(box.proofIn(first)) };
    assert.equal((await ask(typo.code, stranger)).ok, false);
    const code = last?.content.letter?.code ?? '';
    const verdict = await ask(code, { proof: new Secret(box.proofIn(last)) });
    assert.equal(verdict.ok && verdict.proved, 'right@example.com');
  });

  it('one that was not mailed to an address can be edited for another one', async () => {
    const { manager } = open().invitations;
    const { id } = await manager.send({ email: 'typo@example.com' });
    assert.equal((await manager.edit(id, { email: 'right@example.com' })).bound, 'right@example.com');
  });

  it('one that is over is not valid again beside the one that took its place', async () => {
    const box = mailBox();
    const { invitations, clock } = open({ queue: box });
    const { manager } = invitations;
    const email = 'bob@example.com';
    const first = await manager.send({ email, expires: '1d' });
    const ofAnn = await manager.send({ email, inviter: 'ann', expires: '1d' });
    clock.advance(2 * day);
    const second = await manager.send({ email });
    await assert.rejects(manager.resend(first.id), new RegExp(`newer invitation ${second.id}`));
    await assert.rejects(manager.resend(first.id, { mode: 'rotate' }), coded('ERR_ENROLLMENT_NOT_REISSUED'));
    await assert.rejects(manager.reissue(first.id, { expires: '1d' }), coded('ERR_ENROLLMENT_NOT_REISSUED'));
    await assert.rejects(manager.resend(ofAnn.id), coded('ERR_ENROLLMENT_NOT_MAILED'));
    const revoked = await manager.send({ email, inviter: 'ann' });
    await manager.revoke(revoked.id);
    for (const call of [
      () => manager.extend(first.id, { expires: '7d' }),
      () => manager.edit(first.id, { expires: '7d', note: 'again' }),
      () => manager.restore(revoked.id),
    ])
      await assert.rejects(call(), coded('ERR_ENROLLMENT_NOT_REISSUED'));
    assert.equal((await manager.edit(first.id, { note: 'over' })).state, 'expired');
    assert.equal(box.orders.length, 4);
    await manager.revoke(second.id);
    assert.equal((await manager.restore(revoked.id)).state, 'open');
    await manager.revoke(revoked.id);
    await manager.resend(first.id);
    assert.equal((await manager.get(first.id)).state, 'open');
  });

  it('of a code that the kit does not know, only with a new one', async () => {
    const box = mailBox();
    const { invitations } = open({ queue: box });
    const { manager } = invitations;
    const { id } = await manager.create({ email: 'bob@example.com' });
    await assert.rejects(manager.resend(id), coded('ERR_ENROLLMENT_NOT_MAILED'));
    assert.equal(box.orders.length, 0);
    const again = await manager.resend(id, { mode: 'rotate' });
    assert.deepEqual([box.orders[0]?.id, (await manager.get(again.id)).replaces], [again.mail, id]);
    const unbound = await manager.create();
    await assert.rejects(manager.resend(unbound.id, { mode: 'rotate' }), coded('ERR_ENROLLMENT_NOT_MAILED'));
    assert.equal((await manager.get(unbound.id)).state, 'open', 'nothing was ended for it');
  });

  it('its link ends within 30 days, also where the invitation was made for longer', async () => {
    const box = mailBox();
    const { invitations, clock } = open({ queue: box });
    const { manager } = invitations;
    const { id } = await manager.create({ email: 'bob@example.com', expires: '365d' });
    const again = await manager.resend(id, { mode: 'rotate' });
    assert.equal((await manager.get(again.id)).expires, clock.now() + 30 * day);
    assert.equal(box.orders[0]?.expiresAt, clock.now() + 30 * day);
  });

  it('not once it is used, revoked, or its inviter may not invite; not to an account', async () => {
    const box = mailBox();
    const members = new Set<string>();
    let allowed = true;
    const { invitations, signUp } = open({
      queue: box,
      isMember: async (email) => members.has(email),
      inviters: { may: async () => allowed, quota: async () => null },
    });
    const { manager } = invitations;
    const used = await manager.send({ email: 'a@example.com' });
    await signUp(used.code, 'a', { email: 'a@example.com' });
    const revoked = await manager.send({ email: 'b@example.com' });
    await manager.revoke(revoked.id);
    const losing = await manager.send({ email: 'c@example.com', inviter: '7' });
    const joined = await manager.send({ email: 'd@example.com' });
    members.add('d@example.com');
    allowed = false;
    for (const mode of ['extend', 'rotate'] as const) {
      const ended = mode === 'extend' ? 'ERR_ENROLLMENT_NOT_MAILED' : 'ERR_ENROLLMENT_NOT_REISSUED';
      await assert.rejects(manager.resend(used.id, { mode }), coded(ended), mode);
      await assert.rejects(manager.resend(revoked.id, { mode }), coded(ended), mode);
      await assert.rejects(manager.resend(losing.id, { mode }), coded('ERR_ENROLLMENT_INVITER'), mode);
      await assert.rejects(manager.resend(joined.id, { mode }), coded('ERR_ENROLLMENT_MEMBER'), mode);
    }
    assert.equal(box.orders.length, 4);
  });

  it('under another secret goes on while both are configured, and needs a new code afterwards', async () => {
    const box = mailBox();
    const [old, both, dropped] = [['first'], ['second', 'first'], ['second']].map(createKeyring);
    const clock = open().clock;
    const before = open({ queue: box, clock, ...(old === undefined ? {} : { keyring: old }) });
    const sent = await before.invitations.manager.send({ email: 'bob@example.com' });
    const next = (keyring: typeof both) =>
      open({ queue: box, clock, store: before.store, ...(keyring === undefined ? {} : { keyring }) });
    const rotated = next(both);
    await rotated.invitations.manager.resend(sent.id);
    assert.equal(box.orders[1]?.content.letter?.code, sent.code);
    for (const order of box.orders.slice(0, 2)) {
      const verdict = await rotated.ask(sent.code, { enrollmentId: order.id, proof: new Secret(box.proofIn(order)) });
      assert.equal(verdict.ok && verdict.proved, 'bob@example.com');
    }
    const { manager } = next(dropped).invitations;
    await assert.rejects(manager.resend(sent.id), coded('ERR_ENROLLMENT_NOT_MAILED'));
    assert.equal(box.orders.length, 2);
    assert.notEqual((await manager.resend(sent.id, { mode: 'rotate' })).id, sent.id);
  });
});

onBothStores('mailing many invitations', (open) => {
  it('I97: reports row by row; the columns of a file reach its mails', async () => {
    const box = mailBox();
    const { manager } = open({ queue: box, isMember: async (email) => email === 'member@example.com' }).invitations;
    const invited = await manager.send({ email: 'invited@example.com' });
    const wrong: object = { email: 'x@example.com', uses: 2 };
    const rows = [
      { email: 'Ann@example.com', values: { name: 'Ann' } },
      { email: 'no address' },
      { email: 'ann@EXAMPLE.com' },
      { email: 'invited@example.com' },
      { email: 'member@example.com' },
      { email: 'y@example.com', ...wrong },
      { email: 'bob@example.com', values: { name: 'Bob' } },
    ];
    const preview = await manager.sendMany(rows, { preview: true });
    assert.equal(box.orders.length, 1);
    const report = await manager.sendMany(rows, { by: 'root' });
    const types = ['sent', 'invalid', 'duplicate', 'invited', 'member', 'invalid', 'sent'];
    assert.deepEqual(
      report.map(({ row, type }) => [row, type]),
      types.map((type, at) => [at + 1, type]),
    );
    assert.deepEqual(
      preview.map(({ type }) => type),
      types.map((type) => (type === 'sent' ? 'fine' : type)),
    );
    assert.ok(report[3]?.type === 'invited' && report[3].id === invited.id);
    assert.deepEqual(
      box.orders.slice(1).map(({ to, content }) => [to, content.letter?.values]),
      [
        ['ann@example.com', { name: 'Ann' }],
        ['bob@example.com', { name: 'Bob' }],
      ],
    );
    const again = await manager.sendMany(rows.slice(3, 5), { again: true });
    assert.deepEqual(
      again.map(({ type }) => type),
      ['sent', 'sent'],
    );
    assert.equal((await manager.get(invited.id)).state, 'revoked', 'the second one ends the first');
  });

  it('of two processes that send one list at once, one mails each address', async () => {
    const box = mailBox();
    const { manager } = open({ queue: box }).invitations;
    const rows = Array.from({ length: 8 }, (_, at) => ({ email: `p${String(at)}@example.com` }));
    const reports = await Promise.all([manager.sendMany(rows), manager.sendMany(rows)]);
    assert.deepEqual(
      box.orders.map(({ to }) => to).toSorted(),
      rows.map(({ email }) => email),
    );
    for (const [at] of rows.entries()) {
      const both = reports.map((report) => report[at] ?? assert.fail('a row is missing'));
      assert.deepEqual(both.map(({ type }) => type).toSorted(), ['invited', 'sent']);
      assert.equal(new Set(both.map((one) => ('id' in one ? one.id : ''))).size, 1, 'both name the same invitation');
    }
    assert.equal((await manager.list({ state: 'open' })).items.length, 8, 'none was ended');
  });

  it('mails the row whose process died before its mail was ordered, once', async () => {
    const box = mailBox();
    const { manager, waitlistMails } = open({ queue: box }).invitations;
    const email = 'bob@example.com';
    // As an invitation of a process that ended right after it was created.
    const { id } = await waitlistMails.create({ email }, { keep: false, instead: null });
    const [preview] = await manager.sendMany([{ email }], { preview: true });
    assert.equal(preview?.type, 'fine');
    const [first] = await manager.sendMany([{ email }]);
    assert.ok(first?.type === 'sent' && first.id === id && first.mail === `invitation:${id}:1`);
    assert.equal(box.orders[0]?.content.letter?.code, first.code);
    const [second] = await manager.sendMany([{ email }]);
    assert.deepEqual([second?.type, box.orders.length], ['invited', 1]);
    // A new code that its administrator passes on is mailed to no one.
    const passedOn = await manager.reissue(id);
    const [third] = await manager.sendMany([{ email }]);
    assert.ok(third?.type === 'invited' && third.id === passedOn.id && box.orders.length === 1);
  });

  it('a first mail that was ordered and not counted keeps its address, and its row is invited', async () => {
    const box = mailBox();
    const { invitations, store } = open({ queue: box });
    const { manager } = invitations;
    const { id } = await manager.send({ email: 'bob@example.com' });
    const [snapshot] = await store.read([id]);
    const { record } = snapshot ?? assert.fail(id);
    const mail = record.mail === null ? null : { ...record.mail, ordered: 0 };
    assert.ok(await store.edit({ ...record, version: record.version + 1, mail }, record, 'edited'));
    await assert.rejects(manager.edit(id, { email: 'eve@example.com' }), { code: 'ERR_ENROLLMENT_INVITATION' });
    assert.deepEqual(await manager.sendMany([{ email: 'bob@example.com' }]), [{ row: 1, type: 'invited', id }]);
  });

  it('a first mail that was ordered and not counted keeps its name from the next one', async () => {
    const box = mailBox();
    const { invitations, store } = open({ queue: box });
    const { id } = await invitations.manager.send({ email: 'bob@example.com' });
    const [snapshot] = await store.read([id]);
    const { record } = snapshot ?? assert.fail(id);
    const mail = record.mail === null ? null : { ...record.mail, ordered: 0 };
    assert.ok(await store.edit({ ...record, version: record.version + 1, mail }, record, 'edited'));
    const { mail: next } = await invitations.manager.resend(id);
    assert.deepEqual(
      [next, box.orders.map((order) => order.id)],
      [`invitation:${id}:2`, [`invitation:${id}:1`, `invitation:${id}:2`]],
    );
  });

  it('a limit refuses its row, and a store that is away ends the report', async () => {
    const box = mailBox();
    const { manager } = open({ queue: box, mailLimits: { perTenant: { points: 2, windowSeconds: 60 } } }).invitations;
    const rows = ['a', 'b', 'c'].map((name) => ({ email: `${name}@example.com` }));
    const limited = await manager.sendMany(rows);
    assert.deepEqual(
      limited.map(({ type }) => type),
      ['sent', 'sent', 'refused'],
    );
    const other = open({ queue: box }).invitations.manager;
    const failing = box.add;
    let count = 0;
    const report = await open({
      queue: {
        ...box,
        add: async (order) => {
          count += 1;
          if (count === 2) throw new Error('away');
          await failing(order);
        },
      },
    }).invitations.manager.sendMany(rows);
    assert.deepEqual(
      report.map(({ type }) => type),
      ['sent', 'failed', 'failed'],
    );
    assert.deepEqual((await other.list()).items.length, 0);
  });
});

onBothStores('explaining an address', (open) => {
  it('says what helps a person whose code does not work', async () => {
    const box = mailBox();
    const members = new Set<string>();
    const { invitations, clock } = open({ queue: box, isMember: async (email) => members.has(email) });
    const { manager } = invitations;
    const explained = (email: string, of = manager) => of.explain(email);
    assert.deepEqual(await explained('bob@example.com'), {
      cause: 'not_invited',
      at: null,
      invitation: null,
      address: { isMember: false, suppressed: null, invitations: [], mails: [] },
    });
    const first = await manager.send({ email: 'bob@example.com', expires: '1d' });
    clock.advance(2 * day);
    assert.equal((await explained('Bob@Example.com '))?.cause, 'expired');
    const second = await manager.send({ email: 'bob@example.com' });
    const found = await explained('bob@example.com');
    assert.deepEqual([found?.cause, found?.invitation?.id], ['open', second.id]);
    assert.deepEqual(
      found?.address?.invitations.map(({ id }) => id),
      [second.id, first.id],
    );
    assert.deepEqual(
      found?.address?.mails.map(({ id, state }) => [id, state]),
      [
        [second.mail, 'queued'],
        [first.mail, 'queued'],
      ],
    );
    assert.equal((await explained('bob@example.com', manager.forTenant('acme')))?.cause, 'not_invited');
    members.add('bob@example.com');
    assert.equal((await explained('bob@example.com'))?.cause, 'member');
    assert.equal(await explained('bob@'), null);
  });
});
