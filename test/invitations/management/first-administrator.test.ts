import assert from 'node:assert/strict';
import { it } from 'mocha';
import { onBothStores } from '../../support/invitations/both-stores.js';

const notEmpty = { code: 'ERR_ENROLLMENT_NOT_EMPTY', status: 409 };
const hour = 3_600_000;

onBothStores('the first administrator', (open) => {
  it('gets a code for one account and one hour, with the data that the app sets', async () => {
    const { invitations, clock } = open();
    const { id } = await invitations.manager.firstAdministrator({ data: { groups: ['administrators'] } });
    const { uses, expires, data } = await invitations.manager.get(id);
    assert.deepEqual([uses, data], [1, { groups: ['administrators'] }]);
    assert.ok(Math.abs((expires ?? 0) - clock.now() - hour) < 5000);
  });

  it('a second call ends the first code, as long as it is unused', async () => {
    const { invitations, ask } = open();
    const first = await invitations.manager.firstAdministrator();
    const second = await invitations.manager.firstAdministrator();
    assert.deepEqual([(await ask(first.code)).ok, (await ask(second.code)).ok], [false, true]);
  });

  it('is never created again once one signed up, whatever was edited, for any tenant', async () => {
    const { invitations, signUp } = open();
    const { manager } = invitations;
    const { id, code } = await manager.forTenant('acme').firstAdministrator();
    await signUp(code, 'p1', { tenant: 'acme' });
    await invitations.idle();
    await manager.edit(id, { label: 'nothing of that kind' });
    await assert.rejects(manager.firstAdministrator(), notEmpty);
    await assert.rejects(manager.forTenant('other').firstAdministrator(), notEmpty);
  });

  it('is refused if the user store has accounts, even after they are deleted', async () => {
    const app = { empty: false };
    const { invitations, signUp } = open({ isEmpty: () => Promise.resolve(app.empty) });
    await assert.rejects(invitations.manager.firstAdministrator(), notEmpty);
    assert.deepEqual((await invitations.manager.list()).items, []);
    app.empty = true;
    const { code } = await invitations.manager.firstAdministrator();
    await signUp(code, 'p1');
    await invitations.idle();
    await assert.rejects(invitations.manager.firstAdministrator(), notEmpty);
  });

  it('another tenant’s unused code ends, too', async () => {
    const { invitations, ask } = open();
    const first = await invitations.manager.forTenant('acme').firstAdministrator();
    const second = await invitations.manager.forTenant('other').firstAdministrator();
    assert.deepEqual([(await ask(first.code)).ok, (await ask(second.code)).ok], [false, true]);
  });

  it('is found among any number of invitations with the same word in their label', async () => {
    const { invitations, signUp } = open();
    const { code } = await invitations.manager.firstAdministrator();
    await invitations.manager.createMany(Array.from({ length: 250 }, () => ({ label: 'administrator of a club' })));
    await signUp(code, 'p1');
    await invitations.idle();
    await assert.rejects(invitations.manager.firstAdministrator(), notEmpty);
  });

  it('of concurrent calls, at most one leaves a working code', async () => {
    const { invitations, ask } = open();
    const ended = await Promise.allSettled(Array.from({ length: 8 }, () => invitations.manager.firstAdministrator()));
    const codes = ended.flatMap((end) => (end.status === 'fulfilled' ? [end.value.code] : []));
    assert.ok(codes.length >= 1);
    const verdicts = await Promise.all(
      codes.map((code, at) => ask(code, { enrollmentId: `p${at}`, address: `p${at}` })),
    );
    assert.equal(verdicts.filter(({ ok }) => ok).length, 1);
    const { items } = await invitations.manager.list();
    assert.equal(items.filter(({ state }) => state === 'open').length, 1);
  });
});
