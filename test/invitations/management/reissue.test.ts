import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { it } from 'mocha';
import { isEnrollmentError } from '../../../lib/base/error.js';
import { onBothStores } from '../../support/invitations/both-stores.js';
import { mailBox } from '../../support/invitations/mail-box.js';

const notReissued = (error: unknown): boolean =>
  isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_NOT_REISSUED' && error.status === 409;

onBothStores('an invitation whose code was lost', (open) => {
  it('gets a new code for the uses that are left; the earlier one ends, and both name each other', async () => {
    const { invitations, ask, signUp, events } = open();
    const { manager } = invitations;
    const lost = await manager.create({ uses: 3, label: 'club', data: { team: 'a' }, inviter: 'ann' });
    await signUp(lost.code, 'first');
    const made = await manager.reissue(lost.id, { by: 'root' });
    assert.notEqual(made.code, lost.code);
    assert.deepEqual([made.replaces, made.url?.includes(made.code)], [lost.id, true]);

    const refused = await ask(lost.code, { enrollmentId: 'late' });
    assert.equal(!refused.ok && refused.message.id, 'invitation.unknown');
    const [before, after] = [await manager.get(lost.id), await manager.get(made.id)];
    assert.deepEqual([before.state, before.replacedBy, before.redeemed], ['revoked', made.id, 1]);
    assert.deepEqual(
      [after.uses, after.label, after.data, after.inviter, after.replaces],
      [2, 'club', { team: 'a' }, 'ann', lost.id],
    );
    assert.equal(after.expires, before.expires);
    for (const plan of ['second', 'third']) assert.equal((await signUp(made.code, plan)).type, 'redeemed');
    const fourth = await ask(made.code, { enrollmentId: 'fourth' });
    assert.equal(!fourth.ok && fourth.message.id, 'invitation.used_up', '3 uses stay 3 uses');
    const ledger = await manager.ledger(lost.id);
    assert.deepEqual(
      ledger.slice(-1).map(({ kind, by }) => [kind, by]),
      [['reissued', 'root']],
    );
    assert.ok(ledger.some(({ kind, user }) => kind === 'redeemed' && user === 'user of first'));
    assert.ok(events.some(([name, facts]) => name === 'invitation.reissued' && 'replacedBy' in facts));
    await assert.rejects(manager.restore(lost.id), notReissued, 'two codes would be valid');
  });

  it('only once, also when many ask at once; the one that wins works', async () => {
    const { invitations, signUp } = open();
    const { manager } = invitations;
    const { id } = await manager.create();
    const settled = await Promise.allSettled(Array.from({ length: 8 }, () => manager.reissue(id)));
    const made = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    assert.equal(made.length, 1);
    assert.ok(settled.every((one) => one.status === 'fulfilled' || notReissued(one.reason)));
    const open_ = (await manager.list({ state: 'open' })).items;
    assert.deepEqual(
      open_.map((one) => one.id),
      [made[0]?.id],
    );
    assert.equal((await signUp(made[0]?.code ?? '', 'ann')).type, 'redeemed');
    await assert.rejects(manager.reissue(id), notReissued);
    await assert.rejects(manager.reissue(made[0]?.id ?? ''), notReissued, 'it is used up');
  });

  it('not while its last account is being written: it is used, not revoked', async () => {
    for (const mode of ['reissue', 'rotate', 'rotate to another address'] as const) {
      const { invitations, signUp } = open({ queue: mailBox() });
      const { manager } = invitations;
      const made = await manager.send({ email: 'ann@example.com' });
      let written: () => void = () => undefined;
      const write = new Promise<void>((resolve) => (written = resolve));
      const using = signUp(made.code, 'ann@example.com', {
        email: 'ann@example.com',
        write: () => write.then(() => 'u'),
      });
      while ((await manager.get(made.id)).claimed === 0) await pause(5);
      const email = mode === 'rotate' ? {} : { email: 'bob@example.com' };
      const asked =
        mode === 'reissue' ? manager.reissue(made.id) : manager.resend(made.id, { mode: 'rotate', ...email });
      const refused = assert.rejects(asked, notReissued);
      while ((await manager.get(made.id)).revokedAt === null) await pause(5);
      written();
      assert.equal((await using).type, 'redeemed');
      await refused;
      const after = await manager.get(made.id);
      assert.deepEqual([after.state, after.redeemed, after.replacedBy], ['used_up', 1, null], mode);
      assert.equal((await manager.ledger(made.id)).at(-1)?.kind, 'restored');
    }
  });

  it('not once it is revoked; an expired one with a new end', async () => {
    const { invitations, clock, signUp } = open();
    const { manager } = invitations;
    const revoked = await manager.create();
    await manager.revoke(revoked.id);
    await assert.rejects(manager.reissue(revoked.id), notReissued);
    assert.equal((await manager.get(revoked.id)).replacedBy, null);
    const expired = await manager.create({ expires: clock.now() + 1000 });
    clock.advance(2000);
    await assert.rejects(
      manager.reissue(expired.id),
      (error) => isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_INVITATION',
    );
    const again = await manager.reissue(expired.id, { expires: '2d' });
    assert.equal((await signUp(again.code, 'ann')).type, 'redeemed');
  });

  it('by a process that dies in between stays without a code, until it is reissued again', async () => {
    const { invitations, store, clock, signUp } = open();
    const { manager } = invitations;
    const { id, code } = await manager.create();
    const [snapshot] = await store.read([id]);
    const record = snapshot?.record ?? assert.fail('it is there');
    const dead = { ...record, version: 2, revokedAt: clock.now(), replacedBy: 'f'.repeat(32) };
    assert.ok(await store.edit(dead, record, 'reissued'));
    await assert.rejects(signUp(code, 'ann'));
    await assert.rejects(manager.reissue(id), notReissued, 'it may still be under way');
    clock.advance(180_000);
    const made = await manager.reissue(id);
    assert.equal((await signUp(made.code, 'ann')).type, 'redeemed');
    assert.equal((await manager.get(id)).replacedBy, made.id);
  });
});
