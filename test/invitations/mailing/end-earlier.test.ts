import assert from 'node:assert/strict';
import { it } from 'mocha';
import { topicOfInvitation } from '../../../lib/invitations/mailing/mail-topic.js';
import { onBothStores } from '../../support/invitations/both-stores.js';
import type { InvitationFixture } from '../../support/invitations/invitation-fixture.js';
import { mailBox } from '../../support/invitations/mail-box.js';

const email = 'bob@example.com';

onBothStores('an invitation whose process died before it ended the earlier one', (open) => {
  /** As of a process that ended right after it was created. */
  async function unsent({
    invitations,
    clock,
  }: InvitationFixture): Promise<{ readonly first: string; readonly next: string }> {
    const { manager, waitlistMails } = invitations;
    const first = await manager.send({ email });
    clock.advance(1000);
    const next = await waitlistMails.create({ email }, { keep: false, instead: null });
    return { first: first.id, next: next.id };
  }
  const openOnes = async ({ invitations }: InvitationFixture): Promise<readonly string[]> =>
    (await invitations.manager.list({ state: 'open' })).items.map(({ id }) => id).toSorted();

  it('ends it before its mail is sent', async () => {
    const app = open({ queue: mailBox() });
    const { first, next } = await unsent(app);
    const events: string[] = [];
    const parts = { store: app.store, events: ({ type }: { readonly type: string }) => void events.push(type) };
    assert.deepEqual(await openOnes(app), [first, next].toSorted());
    const topic = await topicOfInvitation(parts, next, email);
    assert.equal(topic.withdrawn, null);
    await topic.endEarlier();
    await topic.endEarlier();
    assert.deepEqual([await openOnes(app), events], [[next], ['invitation.revoked']]);
    // What an administrator makes valid again later stays so.
    const { id: last } = await app.invitations.manager.send({ email });
    await app.invitations.manager.revoke(last);
    await app.invitations.manager.restore(next);
    await (await topicOfInvitation(parts, last, email)).endEarlier();
    assert.deepEqual(await openOnes(app), [next]);
  });

  it('ends it once it is mailed by the same rows, or resent', async () => {
    const app = open({ queue: mailBox() });
    const { next } = await unsent(app);
    const [row] = await app.invitations.manager.sendMany([{ email }]);
    assert.ok(row?.type === 'sent' && row.id === next);
    assert.deepEqual(await openOnes(app), [next]);
    const other = open({ queue: mailBox() });
    const died = await unsent(other);
    await other.invitations.manager.resend(died.next);
    assert.deepEqual(await openOnes(other), [died.next]);
  });

  it('is revoked before that: its mail is withdrawn, and the earlier one stays', async () => {
    const app = open({ queue: mailBox() });
    const { first, next } = await unsent(app);
    await app.invitations.manager.revoke(next);
    const { withdrawn } = await topicOfInvitation({ store: app.store, events: () => undefined }, next, email);
    assert.equal(withdrawn, 'its invitation was revoked');
    assert.deepEqual(await openOnes(app), [first]);
  });

  it('is no error of the call where the store fails after the mail was stored', async () => {
    const app = open({ queue: mailBox() });
    const first = await app.invitations.manager.send({ email });
    const { edit } = app.store;
    const box = mailBox();
    const failing = open({
      queue: box,
      store: {
        ...app.store,
        edit: (record, ...rest) =>
          box.orders.length > 0 ? Promise.reject(new Error('the store is away')) : edit(record, ...rest),
      },
    });
    const second = await failing.invitations.manager.send({ email });
    assert.deepEqual(await openOnes(app), [first.id, second.id].toSorted());
    await (await topicOfInvitation({ store: app.store, events: () => undefined }, second.id, email)).endEarlier();
    assert.deepEqual(await openOnes(app), [second.id]);
  });
});
