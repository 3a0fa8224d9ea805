import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Secret } from '../../../lib/base/secret.js';
import type { FreshInvitations, MailedLink } from '../../../lib/ports/fresh-invitations.js';
import type { MailOrder } from '../../../lib/ports/mail-queue.js';
import { onBothStores } from '../../support/invitations/both-stores.js';
import { invitationFixture, type InvitationFixture } from '../../support/invitations/invitation-fixture.js';
import { mailBox } from '../../support/invitations/mail-box.js';
import { moveInvitation } from '../../support/invitations/move-invitation.js';

const day = 86_400_000;
const client = { client: '203.0.113.7' };

const box = mailBox();
const linkOf = (order: MailOrder | undefined): MailedLink => ({
  code: new Secret(order?.content.letter?.code ?? ''),
  proof: new Secret(box.proofIn(order)),
});
const freshOf = ({ invitations }: InvitationFixture): FreshInvitations =>
  invitations.fresh ?? assert.fail('fresh links');

onBothStores('a fresh link for a mailed invitation', (open) => {
  const mailsTo = (to: string): MailOrder[] => box.orders.filter((order) => order.to === to);

  async function renew(scene: InvitationFixture, link: MailedLink): Promise<void> {
    await freshOf(scene).renew(link, client);
    await scene.invitations.idle();
  }

  it('expired, goes with a new code to the same mailbox, for as long as before, and its inviter is told', async () => {
    box.orders.splice(0);
    const scene = open({ queue: box });
    const { manager } = scene.invitations;
    const sent = await manager.send({ email: 'bob@example.com', expires: '2d', inviter: '7', values: { name: 'Bob' } });
    const link = linkOf(box.orders[0]);
    assert.equal(box.orders[0]?.content.letter?.renewUrl, box.orders[0]?.content.letter?.url);
    assert.equal(await freshOf(scene).causeOf(link), null, 'open');
    await renew(scene, link);
    assert.equal(box.orders.length, 1);

    scene.clock.advance(2 * day);
    assert.equal(await freshOf(scene).causeOf(link), 'expired');
    await renew(scene, link);
    const [first, second] = mailsTo('bob@example.com');
    const [told] = mailsTo('7@inviters.example');
    assert.deepEqual(
      [second?.content.kind, second?.content.letter?.values, told?.content.kind, told?.about?.type],
      ['invitation', { name: 'Bob' }, 'fresh_link_requested', 'invitation'],
    );
    assert.notEqual(second?.content.letter?.code, first?.content.letter?.code);
    assert.ok(!JSON.stringify(told).includes('bob@example.com'));
    const { replacedBy } = await manager.get(sent.id);
    const made = await manager.get(replacedBy ?? '');
    assert.deepEqual([made.state, made.expires], ['open', scene.clock.now() + 2 * day]);
    assert.equal((await scene.ask(second?.content.letter?.code ?? '')).ok, true);

    // The link that was replaced sends the mail of the newer one once more, and ends nothing.
    assert.equal(await freshOf(scene).causeOf(link), 'superseded');
    await renew(scene, link);
    assert.equal(mailsTo('bob@example.com')[2]?.content.letter?.code, second?.content.letter?.code);
    assert.equal((await manager.get(made.id)).expires, made.expires);
    assert.deepEqual(scene.errors, []);
  });

  it('needs the secret of its mail, and there is none for what was revoked, used, moved or made by hand', async () => {
    box.orders.splice(0);
    const scene = open({ queue: box });
    const { manager } = scene.invitations;
    const links: MailedLink[] = [];
    const send = async (email: string): Promise<{ readonly id: string; readonly code: string }> => {
      const sent = await manager.send({ email, expires: '1d' });
      links.push(linkOf(box.orders.at(-1)));
      return sent;
    };
    await manager.revoke((await send('a@example.com')).id);
    const used = await send('b@example.com');
    assert.equal((await scene.signUp(used.code, 'plan', { email: 'b@example.com' })).type, 'redeemed');
    await moveInvitation(scene.store, (await send('c@example.com')).id, 'cc@example.com');
    const replaced = await send('d@example.com');
    await manager.revoke((await manager.reissue(replaced.id)).id);
    await send('e@example.com');
    const proofOfE = links.pop()?.proof ?? new Secret('');
    const codeOfA = links[0]?.code ?? new Secret('');
    const copied = await send('f@example.com');
    links.pop();
    await scene.invitations.idle();
    scene.clock.advance(2 * day);
    const wrong = [
      ...links,
      { code: codeOfA, proof: proofOfE },
      { code: new Secret(copied.code), proof: proofOfE },
      { code: new Secret(copied.code), proof: new Secret('') },
      { code: new Secret('no code'), proof: proofOfE },
    ];
    const before = box.orders.length;
    for (const link of wrong) {
      assert.equal(await freshOf(scene).causeOf(link), null);
      await renew(scene, link);
    }
    assert.equal(box.orders.length, before);
    assert.deepEqual(scene.errors, []);
  });

  it('is mailed where the process that made a new code died before it was stored', async () => {
    box.orders.splice(0);
    const scene = open({ queue: box });
    const { id } = await scene.invitations.manager.send({ email: 'bob@example.com', inviter: '7' });
    const link = linkOf(box.orders[0]);
    const [snapshot] = await scene.store.read([id]);
    const { record, now } = snapshot ?? assert.fail(id);
    const taken = { ...record, version: record.version + 1, revokedAt: now, replacedBy: 'f'.repeat(32) };
    assert.ok(await scene.store.edit(taken, record, 'reissued'));
    assert.equal(await freshOf(scene).causeOf(link), 'superseded');
    // The other process may only be slow.
    await renew(scene, link);
    assert.equal(mailsTo('bob@example.com').length, 1);
    scene.clock.advance(21_000);
    await renew(scene, link);
    const fresh = mailsTo('bob@example.com')[1];
    assert.equal((await scene.ask(fresh?.content.letter?.code ?? '')).ok, true);
    assert.equal(mailsTo('7@inviters.example').length, 1);
  });

  it('goes at most three times an hour to one client, and five times a month to one address', async () => {
    box.orders.splice(0);
    const scene = open({ queue: box, mailLimits: { perRecipient: { points: 100, windowSeconds: 60 } } });
    await scene.invitations.manager.send({ email: 'bob@example.com', expires: '1d' });
    const link = linkOf(box.orders[0]);
    scene.clock.advance(day);
    const sentAfter = async (clients: readonly string[]): Promise<number> => {
      for (const one of clients) {
        await freshOf(scene).renew(link, { client: one });
        await scene.invitations.idle();
      }
      return box.orders.length - 1;
    };
    assert.equal(await sentAfter(Array.from({ length: 6 }, () => '203.0.113.7')), 3);
    assert.equal(await sentAfter(Array.from({ length: 6 }, (_, at) => `203.0.113.${String(at + 20)}`)), 5);
    assert.deepEqual(scene.errors, []);
  });

  it('is offered by the first of several codes where the last one ended in favor of another invitation', async () => {
    box.orders.splice(0);
    const scene = open({ queue: box });
    const { manager } = scene.invitations;
    const first = await manager.send({ email: 'bob@example.com' });
    const link = linkOf(box.orders[0]);
    await manager.resend(first.id, { mode: 'rotate' });
    await manager.send({ email: 'bob@example.com' });
    assert.equal(await freshOf(scene).causeOf(link), 'superseded');
    const { items } = await manager.list({ state: 'open' });
    await manager.revoke(items[0]?.id ?? '');
    assert.equal(await freshOf(scene).causeOf(link), null);
  });

  it('is offered where the invitation was moved away, and its address has a newer one', async () => {
    box.orders.splice(0);
    const scene = open({ queue: box });
    const { manager } = scene.invitations;
    const { id } = await manager.send({ email: 'bob@example.com' });
    const link = linkOf(box.orders[0]);
    await manager.resend(id, { mode: 'rotate', email: 'eve@example.com' });
    assert.deepEqual(
      [await freshOf(scene).causeOf(link), await scene.invitations.decline.stateOf(link)],
      [null, 'revoked'],
    );
    await manager.send({ email: 'bob@example.com' });
    assert.deepEqual(
      [await freshOf(scene).causeOf(link), await scene.invitations.decline.stateOf(link)],
      ['superseded', 'superseded'],
    );
    await renew(scene, link);
    assert.deepEqual([mailsTo('bob@example.com').length, mailsTo('eve@example.com').length], [3, 1]);
  });

  it('gives one new code to many requests at once, and none for a member, without the option, or where the inviter may not', async () => {
    box.orders.splice(0);
    const scene = open({ queue: box });
    await scene.invitations.manager.send({ email: 'bob@example.com', expires: '1d' });
    const link = linkOf(box.orders[0]);
    scene.clock.advance(day);
    await Promise.all(Array.from({ length: 20 }, () => freshOf(scene).renew(link, client)));
    await scene.invitations.idle();
    // What comes first gives it a new code; a later one of the same client may find the newer one.
    const codes = new Set(mailsTo('bob@example.com').map(({ content }) => content.letter?.code));
    assert.equal(codes.size, 2);
    assert.ok(box.orders.length <= 4, String(box.orders.length));
    assert.deepEqual(scene.errors, []);

    let mayInvite = true;
    const inviters = { may: async () => mayInvite, quota: async () => null };
    for (const over of [{ isMember: async () => true }, { inviters }]) {
      box.orders.splice(0);
      mayInvite = true;
      const other = open({ queue: box, ...over });
      const invited = { email: 'eve@example.com', expires: '1d', inviter: '7' } as const;
      await other.invitations.manager.send(invited, { again: true });
      mayInvite = false;
      other.clock.advance(day);
      await renew(other, linkOf(box.orders[0]));
      assert.equal(box.orders.length, 1);
    }
    assert.equal(open({ queue: box, freshLinks: false }).invitations.fresh, null);
    assert.equal(open().invitations.fresh, null, 'no mailer');
  });
});

describe('a fresh link that is not sent', () => {
  it('counts for none of the month where another limit refuses it, or its mail cannot be ordered', async () => {
    box.orders.splice(0);
    // In memory, whose limits follow the test's clock.
    const scene = invitationFixture({
      queue: box,
      mailLimits: { perRecipient: { points: 2, windowSeconds: 7 * 86_400 } },
    });
    await scene.invitations.manager.send({ email: 'bob@example.com', expires: '1d' });
    const link = linkOf(box.orders[0]);
    scene.clock.advance(day);
    let clients = 0;
    const press = async (): Promise<number> => {
      await freshOf(scene).renew(link, { client: `203.0.113.${String((clients += 1))}` });
      await scene.invitations.idle();
      scene.clock.advance(day);
      return box.orders.length - 1;
    };
    box.fail = new Error('the store is away');
    assert.equal(await press(), 0);
    assert.equal(scene.errors.length, 1);
    assert.equal(await press(), 1);
    for (let refused = 0; refused < 4; refused += 1) assert.equal(await press(), 1);
    scene.clock.advance(7 * day);
    assert.equal(await press(), 2);
  });
});
