import assert from 'node:assert/strict';
import { it } from 'mocha';
import { Secret } from '../../../lib/base/secret.js';
import type { MailedLink } from '../../../lib/ports/fresh-invitations.js';
import type { MailCheck, MailOrder } from '../../../lib/ports/mail-queue.js';
import { onBothStores } from '../../support/invitations/both-stores.js';
import { mailBox } from '../../support/invitations/mail-box.js';

onBothStores('the inviter of a declined invitation', (open) => {
  function scene(over: Parameters<typeof open>[0] = {}) {
    const box = mailBox();
    const prepared: (readonly [MailOrder, MailCheck])[] = [];
    const queue = { ...box, prepare: async (...given: readonly [MailOrder, MailCheck]) => void prepared.push(given) };
    const fixture = open({ queue, ...over });
    const linkOf = (order: MailOrder | undefined): MailedLink => ({
      code: new Secret(order?.content.letter?.code ?? ''),
      proof: new Secret(box.proofIn(order)),
    });
    const told = (): MailOrder[] => box.orders.filter(({ content }) => content.kind === 'invitation_declined');
    return { ...fixture, box, prepared, told, linkOf };
  }

  it('is told by mail, once, stored before; again where it was restored; and not whom', async () => {
    const { invitations, box, prepared, told, linkOf } = scene();
    const { manager, decline } = invitations;
    const { id } = await manager.send({ email: 'bob@example.com', inviter: '7', app: 'Acme' });
    const link = linkOf(box.orders[0]);
    assert.deepEqual(await Promise.all([decline.decline(link), decline.decline(link)]), ['declined', 'declined']);
    assert.equal(await decline.decline(link), 'declined');
    const [mail] = told();
    assert.equal(told().length, 1);
    assert.deepEqual([mail?.to, mail?.about, mail?.inviter], ['7@inviters.example', { type: 'invitation', id }, '7']);
    assert.equal(mail?.content.letter?.app, 'Acme');
    assert.ok(!JSON.stringify(mail).includes('bob@example.com'));
    for (const [order, check] of prepared)
      assert.deepEqual([order.id, check], [mail.id, { type: 'declined', invitation: id }]);
    await manager.restore(id);
    assert.equal(await decline.decline(link), 'declined');
    assert.equal(told().length, 2);
  });

  it('gets no mail where nothing is declined, without an inviter, and where it is switched off', async () => {
    const first = scene();
    await first.invitations.manager.send({ email: 'bob@example.com', inviter: '7' });
    const { code } = first.linkOf(first.box.orders[0]);
    assert.equal(await first.invitations.decline.decline({ code, proof: new Secret('another') }), null);
    const { id } = await first.invitations.manager.send({ email: 'ann@example.com', inviter: '7' });
    await first.invitations.manager.revoke(id);
    assert.equal(await first.invitations.decline.decline(first.linkOf(first.box.orders[1])), 'revoked');
    await first.invitations.manager.send({ email: 'zoe@example.com' });
    assert.equal(await first.invitations.decline.decline(first.linkOf(first.box.orders[2])), 'declined');
    assert.deepEqual([first.told(), first.prepared], [[], []]);
    const off = scene({ tellDeclined: false });
    await off.invitations.manager.send({ email: 'bob@example.com', inviter: '7' });
    assert.equal(await off.invitations.decline.decline(off.linkOf(off.box.orders[0])), 'declined');
    assert.deepEqual([off.told(), off.prepared], [[], []]);
  });
});
