import assert from 'node:assert/strict';
import { it } from 'mocha';
import { isEnrollmentError, type ErrorCode } from '../../../lib/base/error.js';
import { Secret } from '../../../lib/base/secret.js';
import { aKeyring } from '../../support/invitations/invitation-fixture.js';
import { onBothStores } from '../../support/invitations/both-stores.js';
import { mailBox } from '../../support/invitations/mail-box.js';
import { moveInvitation } from '../../support/invitations/move-invitation.js';

const day = 86_400_000;
const coded =
  (code: ErrorCode, status: number) =>
  (error: unknown): boolean =>
    isEnrollmentError(error) && error.code === code && error.status === status;

onBothStores('an invitation by mail', (open) => {
  it('is bound to the address, for a week; its mail has the link, the code and what a file says', async () => {
    const box = mailBox();
    const { invitations, clock, store, events } = open({ queue: box, nameInviter: async () => 'Ann Lee' });
    const { manager } = invitations;
    const sent = await manager.send(
      {
        email: 'Bob@Example.com',
        locale: 'de',
        zone: 'Europe/Berlin',
        app: 'Club',
        values: { name: 'Bob' },
        inviter: '7',
      },
      { by: 'root' },
    );
    const { state, bound, uses, expires, mail } = await manager.get(sent.id);
    assert.deepEqual([state, bound, uses, expires], ['open', 'bob@example.com', 1, clock.now() + 7 * day]);
    assert.deepEqual(mail, { locale: 'de', zone: 'Europe/Berlin', app: 'Club', values: { name: 'Bob' }, ordered: 1 });

    const [order] = box.orders;
    assert.deepEqual([order?.id, sent.mail], [`invitation:${sent.id}:1`, `invitation:${sent.id}:1`]);
    assert.deepEqual(
      [order?.to, order?.inviter, order?.expiresAt, order?.about],
      ['bob@example.com', '7', expires, { type: 'invitation', id: sent.id }],
    );
    const letter = order?.content.letter ?? assert.fail('a letter');
    assert.deepEqual(
      [order?.content.kind, order?.content.locale, letter.code, letter.app, letter.inviter, letter.values, letter.zone],
      ['invitation', 'de', sent.code, 'Club', 'Ann Lee', { name: 'Bob' }, 'Europe/Berlin'],
    );
    assert.equal(letter.url, `${sent.url}&mail=${box.proofIn(order)}`);
    assert.ok(box.proofIn(order).length >= 22);
    assert.ok(!sent.url.includes('mail='), 'the link of the creator proves nothing');

    // What is stored, and what is told, contains neither the code nor the second secret.
    const stored = JSON.stringify([await store.read([sent.id]), await manager.get(sent.id), events]);
    for (const secret of [sent.code, sent.code.replaceAll('-', ''), box.proofIn(order)])
      assert.ok(!stored.includes(secret));
    assert.deepEqual(
      (await manager.ledger(sent.id)).map(({ kind, by }) => [kind, by]),
      [
        ['issued', 'root'],
        ['mailed', 'root'],
      ],
    );
  });

  it('D74: proves the address by the secret of its mail alone, and of its own mail', async () => {
    const box = mailBox();
    const { invitations, store, ask } = open({ queue: box });
    const { manager } = invitations;
    const bob = await manager.send({ email: 'bob@example.com' });
    const eve = await manager.send({ email: 'eve@example.com' });
    const copied = await manager.create({ email: 'bob@example.com' });
    const [ofBob = '', ofEve = ''] = box.orders.map(box.proofIn);
    const provedBy = async (code: string, proof?: string): Promise<string | null> => {
      const verdict = await ask(code, {
        enrollmentId: code,
        ...(proof === undefined ? {} : { proof: new Secret(proof) }),
      });
      return verdict.ok ? verdict.proved : assert.fail(verdict.message.id);
    };
    assert.equal(await provedBy(bob.code, ofBob), 'bob@example.com');
    assert.equal(await provedBy(bob.code), null, 'a copied link');
    assert.equal(await provedBy(bob.code, ofEve), null, "another person's mail");
    assert.equal(await provedBy(eve.code, ofBob), null);
    assert.equal(await provedBy(copied.code, ofBob), null, 'one that was not mailed');
    for (const wrong of ['', ofBob.slice(1), `${ofBob}A`, ofBob.toLowerCase()])
      assert.equal(await provedBy(bob.code, wrong), null);
    // Other tags of the same secrets are no proof: an id is known to administrators.
    for (const tag of [bob.id, aKeyring.sign('invitation', `["proof","${bob.id}","bob@example.com"]`)])
      assert.equal(await provedBy(bob.code, tag), null);

    await moveInvitation(store, bob.id, 'rob@example.com');
    assert.equal(await provedBy(bob.code, ofBob), null, 'the mark is void once the address changes');
  });

  it('without a mailer is for its creator to pass on, and says so; mailed later, only with a new code', async () => {
    const { invitations, ask } = open();
    const { manager } = invitations;
    const { mail, code, url, id } = await manager.send({ email: 'bob@example.com' });
    assert.equal(mail, null);
    assert.ok(url.includes(code));
    assert.equal((await ask(code)).ok, true);
    assert.equal((await manager.get(id)).mail?.ordered, 0);
    await assert.rejects(manager.resend(id), coded('ERR_ENROLLMENT_NOT_MAILED', 409));
    const rotated = await manager.resend(id, { mode: 'rotate' });
    assert.equal(rotated.mail, null);
    assert.equal((await ask(rotated.code ?? '')).ok, true);
  });

  it('names every mistake at once, and takes nothing that one person does not need', async () => {
    const { manager } = open({ queue: mailBox() }).invitations;
    const input: object = {
      email: 'no address',
      uses: 3,
      customCode: 'SPRING-2027',
      expires: '40d',
      locale: 'not a tag',
      zone: 'Mars/Base',
      app: 'a\r\nb',
      values: { 'first name': 'x', ok: 'line\nbreak' },
    };
    const all = await manager.send({ email: '', ...input }).then(
      () => assert.fail('it was sent'),
      (error: unknown) => (isEnrollmentError(error) ? error.issues.join('\n') : assert.fail(String(error))),
    );
    for (const part of ['email', 'uses', 'customCode', 'expires', 'locale', 'zone', 'app', 'first name', 'values.ok'])
      assert.ok(all.includes(part), `${part} in ${all}`);
    const never: object = { expires: null };
    await assert.rejects(manager.send({ email: 'bob@example.com', ...never }), coded('ERR_ENROLLMENT_INVITATION', 400));
  });

  it('H86: an inviter whose name is a link or an address is not named', async () => {
    const names = [
      'Visit evil.example now',
      'http://evil',
      'bob@evil.example',
      'Ann Lee',
      'J. R. Smith',
      'ａ．ｅｖｉｌ．example',
    ];
    const box = mailBox();
    const { manager } = open({ queue: box, nameInviter: async () => names[box.orders.length] ?? null }).invitations;
    for (const [at] of names.entries()) await manager.send({ email: `p${String(at)}@example.com` });
    assert.deepEqual(
      box.orders.map(({ content }) => content.letter?.inviter),
      [null, null, null, 'Ann Lee', 'J. R. Smith', null],
    );
  });

  it('I92: an account is told apart; one that is gone can be invited again', async () => {
    const box = mailBox();
    const members = new Set(['bob@example.com']);
    const { manager } = open({ queue: box, isMember: async (email) => members.has(email) }).invitations;
    await assert.rejects(manager.send({ email: 'bob@example.com' }), coded('ERR_ENROLLMENT_MEMBER', 409));
    assert.equal((await manager.send({ email: 'bob@example.com' }, { again: true })).mail, box.orders[0]?.id);
    members.clear();
    assert.equal((await manager.send({ email: 'bob@example.com' })).mail, box.orders[1]?.id);
  });

  it('whose mail cannot be ordered leaves no open code, and uses up no allowance', async () => {
    const box = mailBox();
    const { manager } = open({
      queue: box,
      mailLimits: { perRecipient: { points: 1, windowSeconds: 60 } },
    }).invitations;
    box.fail = new Error('the store is away');
    await assert.rejects(manager.send({ email: 'bob@example.com' }), /the store is away/);
    assert.deepEqual((await manager.list({ state: 'open' })).items, []);
    assert.notEqual((await manager.send({ email: 'bob@example.com' })).mail, null);
  });
});

onBothStores('a second invitation for one address', (open) => {
  it('by a new code whose mail cannot be ordered leaves the earlier code, and one of another address, as they were', async () => {
    const box = mailBox();
    const { invitations, ask } = open({ queue: box });
    const { manager } = invitations;
    const first = await manager.send({ email: 'bob@example.com' });
    const other = await manager.send({ email: 'ann@example.com' });
    for (const more of [{}, { email: 'ann@example.com' }]) {
      box.fail = new Error('the store is away');
      await assert.rejects(manager.resend(first.id, { mode: 'rotate', ...more }), /the store is away/);
      const { items } = await manager.list({ state: 'open' });
      assert.deepEqual(items.map(({ id }) => id).toSorted(), [first.id, other.id].toSorted());
      assert.equal((await manager.get(first.id)).replacedBy, null);
      assert.equal((await ask(first.code)).ok, true);
    }
    const { id } = await manager.resend(first.id, { mode: 'rotate' });
    assert.deepEqual([(await manager.get(first.id)).replacedBy, (await manager.get(id)).state], [id, 'open']);
  });

  it('whose mail cannot be ordered makes no room below a ceiling', async () => {
    const box = mailBox();
    const { manager } = open({ queue: box, outstanding: { perTenant: 1 } }).invitations;
    const first = await manager.send({ email: 'bob@example.com' });
    const refused = { code: 'ERR_ENROLLMENT_INVITATION_LIMIT' };
    for (const again of [
      () => manager.send({ email: 'bob@example.com' }),
      () => manager.resend(first.id, { mode: 'rotate' }),
    ]) {
      box.fail = new Error('the store is away');
      await assert.rejects(again(), /the store is away/);
      await assert.rejects(manager.send({ email: 'eve@example.com' }), refused);
    }
    await manager.send({ email: 'bob@example.com' });
    await assert.rejects(manager.send({ email: 'eve@example.com' }), refused);
  });

  it('of the waitlist that is not sent gives the earlier one back, beside another one and at a full ceiling', async () => {
    const { manager, waitlistMails } = open({ queue: mailBox(), outstanding: { perTenant: 2 } }).invitations;
    const first = await manager.send({ email: 'bob@example.com' });
    await manager.send({ email: 'bob@example.com' }, { onEarlier: 'keep' });
    await manager.revoke(first.id);
    await manager.send({ email: 'eve@example.com' });
    await assert.rejects(manager.restore(first.id), { code: 'ERR_ENROLLMENT_NOT_REISSUED' });
    await waitlistMails.takeBackRevocation(first.id);
    assert.equal((await manager.get(first.id)).state, 'open');
    await assert.rejects(manager.send({ email: 'ann@example.com' }), { code: 'ERR_ENROLLMENT_INVITATION_LIMIT' });
  });

  it('whose mail cannot be ordered ends no earlier one, alone, in bulk and from the waitlist', async () => {
    const box = mailBox();
    const { invitations } = open({ queue: box });
    const { manager, waitlistMails } = invitations;
    const first = await manager.send({ email: 'bob@example.com' });
    const openOnes = async (): Promise<readonly string[]> =>
      (await manager.list({ state: 'open' })).items.map(({ id }) => id);
    box.fail = new Error('the store is away');
    await assert.rejects(manager.send({ email: 'bob@example.com' }), /the store is away/);
    assert.deepEqual(await openOnes(), [first.id]);
    box.fail = new Error('the store is away');
    await assert.rejects(manager.sendMany([{ email: 'bob@example.com' }], { again: true }), /the store is away/);
    assert.deepEqual(await openOnes(), [first.id]);
    const { id } = await waitlistMails.create({ email: 'bob@example.com' }, { keep: false, instead: null });
    box.fail = new Error('the store is away');
    await assert.rejects(waitlistMails.order(id, 'entry'), /the store is away/);
    assert.deepEqual((await openOnes()).toSorted(), [first.id, id].toSorted());
    await waitlistMails.order(id, 'entry');
    assert.deepEqual(await openOnes(), [id]);
  });

  it('ends the first, or stands beside it, as set', async () => {
    const { invitations, ask } = open({ queue: mailBox() });
    const { manager } = invitations;
    const by = async (id: string): Promise<string> => (await manager.get(id)).state;
    const first = await manager.send({ email: 'bob@example.com' });
    const other = await manager.send({ email: 'bob@example.com.au' });
    const second = await manager.send({ email: 'BOB@example.com' });
    assert.deepEqual([await by(first.id), await by(second.id), await by(other.id)], ['revoked', 'open', 'open']);
    const third = await manager.send({ email: 'bob@example.com' }, { onEarlier: 'keep' });
    assert.deepEqual([await by(second.id), await by(third.id)], ['open', 'open']);
    const plain = await manager.create({ email: 'bob@example.com', flow: 'staff' });
    const last = await manager.send({ email: 'bob@example.com' });
    assert.deepEqual([await by(second.id), await by(third.id), await by(plain.id)], ['revoked', 'revoked', 'open']);
    assert.equal((await ask(last.code, { email: 'bob@example.com' })).ok, true);
  });

  it("an inviter's ends that inviter's own only; another tenant's stays", async () => {
    const { manager } = open({ queue: mailBox() }).invitations;
    const email = 'bob@example.com';
    const admins = await manager.send({ email });
    const [ann, cid] = [await manager.send({ email, inviter: 'ann' }), await manager.send({ email, inviter: 'cid' })];
    const elsewhere = await manager.forTenant('acme').send({ email });
    const again = await manager.send({ email, inviter: 'ann' });
    const states = async (): Promise<readonly string[]> =>
      Promise.all([admins, ann, cid, elsewhere, again].map(async ({ id }) => (await manager.get(id)).state));
    assert.deepEqual(await states(), ['open', 'revoked', 'open', 'open', 'open']);
    await manager.send({ email });
    assert.deepEqual(await states(), ['revoked', 'revoked', 'revoked', 'open', 'revoked']);
  });

  it('at the same time leaves one', async () => {
    const { manager } = open({
      queue: mailBox(),
      mailLimits: { perRecipient: { points: 50, windowSeconds: 60 } },
    }).invitations;
    await Promise.all(Array.from({ length: 6 }, () => manager.send({ email: 'bob@example.com' })));
    assert.equal((await manager.list({ state: 'open' })).items.length, 1);
  });
});

onBothStores('limits on mailed invitations', (open) => {
  const limited = coded('ERR_ENROLLMENT_INVITATION_LIMIT', 429);

  it('H86: hold for a recipient, an inviter and a tenant, also for parallel calls', async () => {
    const limit = (points: number) => ({ points, windowSeconds: 3600 });
    const box = mailBox();
    const { manager } = open({
      queue: box,
      mailLimits: { perRecipient: limit(2), perInviter: limit(4), perTenant: limit(8) },
    }).invitations;
    const all = await Promise.allSettled(
      Array.from({ length: 10 }, () => manager.send({ email: 'bob@example.com', inviter: 'ann' })),
    );
    assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 2);
    assert.ok(all.every((one) => one.status === 'fulfilled' || limited(one.reason)));
    const { id } = (await manager.list({ state: 'open' })).items[0] ?? assert.fail('one is open');
    await assert.rejects(manager.resend(id), limited, 'sending again counts');
    await assert.rejects(manager.resend(id), /to this address.*perRecipient/);
    await manager.send({ email: 'bob@example.com' });
    for (const name of ['c', 'd']) await manager.send({ email: `${name}@example.com`, inviter: 'ann' });
    await assert.rejects(manager.send({ email: 'e@example.com', inviter: 'ann' }), /of this inviter.*perInviter/);
    for (const name of ['f', 'g', 'h']) await manager.send({ email: `${name}@example.com` });
    await assert.rejects(manager.send({ email: 'i@example.com' }), /in all.*perTenant/);
    await manager.forTenant('acme').send({ email: 'i@example.com' });
    assert.equal(box.orders.length, 9, 'what is refused is not mailed');
  });

  it('a ceiling of outstanding ones, also for parallel calls; what ends makes room', async () => {
    const { manager } = open({ queue: mailBox(), outstanding: { perInviter: 3, perTenant: null } }).invitations;
    const send = (at: number) => manager.send({ email: `p${String(at)}@example.com`, inviter: 'ann' });
    const all = await Promise.allSettled(Array.from({ length: 8 }, (_, at) => send(at)));
    const made = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    assert.equal(made.length, 3);
    await manager.send({ email: 'other@example.com', inviter: 'cid' });
    await assert.rejects(send(20), limited);
    const { bound } = await manager.get(made[0]?.id ?? '');
    await manager.send({ email: bound ?? '', inviter: 'ann' });
    await manager.revoke(made[1]?.id ?? '');
    await send(21);
  });

  it('H86: a ceiling is not passed by what is over and would be valid again', async () => {
    const { invitations, clock } = open({ queue: mailBox(), outstanding: { perInviter: 1 } });
    const { manager } = invitations;
    const first = await manager.send({ email: 'a@example.com', inviter: 'ann' });
    clock.advance(8 * day);
    const second = await manager.send({ email: 'b@example.com', inviter: 'ann' });
    await assert.rejects(manager.resend(first.id), limited);
    await assert.rejects(manager.resend(first.id, { mode: 'rotate' }), limited);
    await assert.rejects(manager.reissue(first.id, { expires: '1d' }), limited);
    await assert.rejects(manager.extend(first.id, { expires: '1d' }), limited);
    assert.equal((await manager.get(first.id)).state, 'expired', 'nothing was ended for it');
    await manager.resend(second.id);
    await manager.resend(second.id, { mode: 'rotate' });
    await manager.revoke(second.id);
    await manager.revoke((await manager.get(second.id)).replacedBy ?? '');
    await manager.resend(first.id);
    await manager.revoke(first.id);
    const third = await manager.send({ email: 'c@example.com', inviter: 'ann' });
    await assert.rejects(manager.restore(first.id), limited);
    await manager.revoke(third.id);
    assert.equal((await manager.restore(first.id)).state, 'open');
  });

  it('H86: a ceiling of an address, and of apps without tenants, which others do not fill', async () => {
    const { manager } = open({
      queue: mailBox(),
      outstanding: { perTenant: 2, perRecipient: 1 },
      mailLimits: { perRecipient: { points: 50, windowSeconds: 60 } },
    }).invitations;
    for (const at of [1, 2]) await manager.forTenant('acme').send({ email: `t${String(at)}@example.com` });
    await manager.send({ email: 'a@example.com' });
    await assert.rejects(manager.send({ email: 'a@example.com' }, { onEarlier: 'keep' }), limited);
    await manager.send({ email: 'a@example.com' });
    await manager.send({ email: 'b@example.com' });
    await assert.rejects(manager.send({ email: 'c@example.com' }), limited);
  });

  it('a ceiling that is reached refuses no new code: the old one and the new one have one place', async () => {
    const { manager } = open({
      queue: mailBox(),
      outstanding: { perInviter: 4, perTenant: 4, perRecipient: 1 },
      mailLimits: { perRecipient: { points: 50, windowSeconds: 60 } },
    }).invitations;
    const names = ['a', 'b', 'c', 'd'].map((name) => `${name}@example.com`);
    const openIds = async (): Promise<readonly string[]> =>
      (await manager.list({ state: 'open' })).items.map(({ id }) => id);
    await Promise.all(names.map((email) => manager.send({ email, inviter: 'ann' })));
    await Promise.all((await openIds()).map((id) => manager.resend(id, { mode: 'rotate' })));
    await Promise.all((await openIds()).map((id) => manager.reissue(id)));
    await Promise.all(names.map((email) => manager.send({ email, inviter: 'ann' })));
    const moved = (await openIds()).map((id, at) =>
      manager.resend(id, { mode: 'rotate', email: `m${String(at)}@example.com` }),
    );
    await Promise.all(moved);
    assert.equal((await openIds()).length, 4);
    await assert.rejects(manager.send({ email: 'e@example.com', inviter: 'ann' }), limited);
    const [first, second] = (await manager.list({ state: 'open' })).items;
    await manager.resend(first?.id ?? '', { mode: 'rotate', email: second?.bound ?? '' });
    assert.equal((await manager.get(second?.id ?? '')).state, 'revoked', 'it ends in favor of the one that moved');
    await manager.send({ email: 'e@example.com', inviter: 'ann' });
    await assert.rejects(manager.send({ email: 'f@example.com', inviter: 'ann' }), limited);
  });

  it('at a ceiling that is reached, the later of two new codes says that the invitation was replaced', async () => {
    const { manager } = open({ queue: mailBox(), outstanding: { perInviter: 2 } }).invitations;
    const notReissued = coded('ERR_ENROLLMENT_NOT_REISSUED', 409);
    const [first, second] = [
      await manager.send({ email: 'a@example.com', inviter: 'ann' }),
      await manager.send({ email: 'b@example.com', inviter: 'ann' }),
    ];
    await manager.reissue(first.id);
    await assert.rejects(manager.resend(first.id, { mode: 'rotate' }), notReissued);
    await assert.rejects(manager.reissue(first.id), /it was reissued as/);
    const both = [manager.reissue(second.id), manager.resend(second.id, { mode: 'rotate' })];
    const [lost, ...others] = (await Promise.allSettled(both)).filter(({ status }) => status === 'rejected');
    assert.ok(others.length === 0 && lost?.status === 'rejected' && notReissued(lost.reason));
    const { replacedBy } = await manager.get(second.id);
    await manager.revoke(replacedBy ?? '');
    await manager.send({ email: 'c@example.com', inviter: 'ann' });
    await assert.rejects(manager.reissue(replacedBy ?? ''), /it is revoked/);
  });
});

onBothStores('rows for an address whose invitation was not mailed yet', (open) => {
  it('mail it where they are those that made it, and neither mail it nor tell its code otherwise', async () => {
    const box = mailBox();
    const { manager, waitlistMails } = open({
      queue: box,
      inviters: { may: async () => true, quota: async () => null },
    }).invitations;
    const email = 'boss@example.com';
    const made = { email, data: { role: 'admin' } };
    const { id, code } = await waitlistMails.create(made, { keep: false, instead: null });
    for (const row of [{ email, inviter: '7' }, { email }, { ...made, flow: 'other' }, { ...made, inviter: '7' }]) {
      const [answer] = await manager.sendMany([row]);
      assert.deepEqual(answer, { row: 1, type: 'invited', id }, JSON.stringify(row));
      const [preview] = await manager.sendMany([row], { preview: true });
      assert.deepEqual(preview, { row: 1, type: 'invited', id });
    }
    assert.equal(box.orders.length, 0);
    const [sent] = await manager.sendMany([made]);
    assert.ok(sent?.type === 'sent' && sent.code === code);
    assert.equal(box.orders.length, 1);
  });

  it('count it below the limits, and ask whether its inviter may', async () => {
    let may = true;
    const { manager, waitlistMails } = open({
      queue: mailBox(),
      inviters: { may: async () => may, quota: async () => null },
      mailLimits: { perInviter: { points: 1, windowSeconds: 3600 } },
    }).invitations;
    const row = { email: 'bob@example.com', inviter: '7' };
    await waitlistMails.create(row, { keep: false, instead: null });
    may = false;
    const [refused] = await manager.sendMany([row]);
    assert.ok(refused?.type === 'refused' && refused.code === 'ERR_ENROLLMENT_INVITER');
    may = true;
    assert.equal((await manager.sendMany([row]))[0]?.type, 'sent');
    const [over] = await manager.sendMany([{ email: 'eve@example.com', inviter: '7' }]);
    assert.ok(over?.type === 'refused' && over.code === 'ERR_ENROLLMENT_INVITATION_LIMIT');
  });

  it('of another tenant, or of none, are rows of their own', async () => {
    const { manager } = open({ queue: mailBox() }).invitations;
    const email = 'bob@example.com';
    await manager.send({ email, tenant: 't1' });
    const types = async (rows: readonly object[]): Promise<readonly unknown[]> =>
      (await manager.sendMany(rows.map((row) => ({ email, ...row })))).map(({ type }) => type);
    assert.deepEqual(await types([{}]), ['sent']);
    assert.deepEqual(await types([{ tenant: 't2' }]), ['sent']);
    assert.deepEqual(await types([{ tenant: 't1' }]), ['invited']);
    assert.deepEqual(await types([{}]), ['invited']);
  });

  it('find the one among hundreds that ended', async () => {
    const { invitations, store } = open({ queue: mailBox() });
    const { manager } = invitations;
    const email = 'bob@example.com';
    const { id } = await manager.send({ email });
    const [found] = await store.read([id]);
    const { record } = found ?? assert.fail('a record');
    const ended = Array.from({ length: 230 }, (_, at) => ({
      ...record,
      id: at.toString(16).padStart(32, '0'),
      revokedAt: record.createdAt,
    }));
    assert.ok((await store.createAll(ended)).every(Boolean));
    assert.equal((await manager.sendMany([{ email }]))[0]?.type, 'invited');
  });
});
