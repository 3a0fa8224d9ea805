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

  it('was moved to another address or flow since: it ends none there, and the earlier one stays', async () => {
    for (const change of [{ email: 'eve@example.com' }, { flow: 'other' }]) {
      const app = open({ queue: mailBox() });
      const { first, next } = await unsent(app);
      await app.invitations.manager.edit(next, change);
      await app.invitations.manager.resend(next);
      assert.deepEqual(await openOnes(app), [first, next].toSorted(), JSON.stringify(change));
    }
    const app = open({ queue: mailBox() });
    const { first, next } = await unsent(app);
    const moved = await app.invitations.manager.resend(next, { mode: 'rotate', email: 'eve@example.com' });
    assert.deepEqual(await openOnes(app), [first, moved.id].toSorted());
  });

  it('ends the new code that the earlier one got since', async () => {
    const app = open({ queue: mailBox() });
    const { first, next } = await unsent(app);
    const rotated = await app.invitations.manager.resend(first, { mode: 'rotate' });
    assert.deepEqual(await openOnes(app), [rotated.id, next].toSorted());
    await app.invitations.manager.resend(next);
    assert.deepEqual(await openOnes(app), [next]);
  });

  it('ends it by a new code of its own, mailed or passed on, also at another address', async () => {
    const app = open({ queue: mailBox() });
    const died = await unsent(app);
    const reissued = await app.invitations.manager.reissue(died.next);
    assert.deepEqual(await openOnes(app), [reissued.id]);

    const box = mailBox();
    const other = open({ queue: box });
    const ann = await other.invitations.manager.send({ email: 'ann@example.com' });
    const bob = await other.invitations.manager.send({ email });
    let isAway = false;
    const { edit } = other.store;
    const died2 = open({
      queue: { ...box, add: async (...orders) => ((isAway = true), box.add(...orders)) },
      store: { ...other.store, edit: (...all) => (isAway ? Promise.reject(new Error('away')) : edit(...all)) },
    });
    const moved = await died2.invitations.manager.resend(ann.id, { mode: 'rotate', email });
    assert.deepEqual(await openOnes(other), [bob.id, moved.id].toSorted());
    const parts = { store: other.store, events: () => undefined };
    await (await topicOfInvitation(parts, moved.id, email)).endEarlier();
    assert.deepEqual(await openOnes(other), [moved.id]);
  });
});

onBothStores('an invitation whose order fails although its mail was stored', (open) => {
  it('was ordered, whether its mail waits or was sent by another process', async () => {
    for (const state of ['queued', 'sent'] as const) {
      const box = mailBox();
      const app = open({
        queue: {
          ...box,
          async add(...orders) {
            await box.add(...orders);
            if (box.orders.length > 1) throw new Error('the answer was lost');
          },
          status: async (ids) => (await box.status(ids)).map((one) => (one === null ? null : { ...one, state })),
        },
      });
      const { manager } = app.invitations;
      await manager.send({ email });
      const second = await manager.send({ email });
      assert.deepEqual([second.mail, (await manager.get(second.id)).state], [`invitation:${second.id}:1`, 'open']);
      await (await topicOfInvitation({ store: app.store, events: () => undefined }, second.id, email)).endEarlier();
      const items = (await manager.list({ state: 'open' })).items.map(({ id }) => id);
      assert.deepEqual(items, [second.id], state);
    }
  });

  it('is valid where another process sent it in the moment in which it was taken back', async () => {
    const box = mailBox();
    let asked = 0;
    const app = open({
      queue: {
        ...box,
        add: async (...orders) => (await box.add(...orders), Promise.reject(new Error('the answer was lost'))),
        async status(ids) {
          asked += 1;
          const [one = null] = await box.status(ids);
          return asked === 1 || one === null ? [null] : [{ ...one, state: 'sending' }];
        },
      },
    });
    const sent = await app.invitations.manager.send({ email });
    assert.deepEqual([asked, (await app.invitations.manager.get(sent.id)).state], [2, 'open']);
  });
});

onBothStores('an invitation whose sending ended no earlier one, because the store was away', (open) => {
  it('ends it also where its own mail is not sent, by a new try, a new code or the process that would send it', async () => {
    for (const failing of [1, Infinity]) {
      const box = mailBox();
      const app = open({ queue: box });
      const { edit } = app.store;
      const first = await app.invitations.manager.send({ email });
      let edits = 0;
      const away = open({
        queue: box,
        store: {
          ...app.store,
          async edit(record, ...rest) {
            const isEnd = record.revokedAt !== null && (edits += 1) <= failing;
            if (isEnd) throw new Error('away');
            return edit(record, ...rest);
          },
        },
      });
      const { id } = await away.invitations.manager.send({ email });
      const openOnes = async (): Promise<readonly string[]> =>
        (await app.invitations.manager.list({ state: 'open' })).items.map((one) => one.id).toSorted();
      if (failing === 1) {
        assert.deepEqual(await openOnes(), [id]);
        continue;
      }
      assert.deepEqual(await openOnes(), [first.id, id].toSorted());
      const { id: next } = await app.invitations.manager.reissue(id);
      assert.deepEqual(await openOnes(), [next]);
    }
  });

  it('ends none once it is revoked itself', async () => {
    const app = open({ queue: mailBox() });
    const { manager } = app.invitations;
    const first = await manager.send({ email });
    const second = await manager.send({ email }, { onEarlier: 'keep' });
    const [found] = await app.store.read([second.id]);
    const { record } = found ?? assert.fail('a record');
    const mail = record.mail === null ? null : { ...record.mail, instead: [first.id] };
    assert.ok(await app.store.edit({ ...record, version: record.version + 1, mail }, record, 'edited'));
    await manager.revoke(second.id);
    await (await topicOfInvitation({ store: app.store, events: () => undefined }, second.id, email)).endEarlier();
    assert.equal((await manager.get(first.id)).state, 'open');
  });
});

onBothStores('an invitation of an app without a mailer', (open) => {
  it('ends all that it takes the place of, or none', async () => {
    const app = open();
    const { edit } = app.store;
    let edits = 0;
    let failing = 0;
    const failed = open({
      store: {
        ...app.store,
        edit: (...all) => ((edits += 1) === failing ? Promise.reject(new Error('away')) : edit(...all)),
      },
    });
    const openOnes = async (): Promise<readonly string[]> =>
      (await app.invitations.manager.list({ state: 'open' })).items.map(({ id }) => id).toSorted();
    const keep = { onEarlier: 'keep' } as const;
    const [one, two] = [
      await app.invitations.manager.send({ email }, keep),
      await app.invitations.manager.send({ email }, keep),
    ];
    failing = 2;
    await assert.rejects(failed.invitations.manager.send({ email }), /away/);
    assert.deepEqual(await openOnes(), [one.id, two.id].toSorted());
    // The note that it is done.
    [edits, failing] = [0, 3];
    const last = await failed.invitations.manager.send({ email });
    assert.deepEqual(await openOnes(), [last.id]);
  });
});

onBothStores('a new code that is refused', (open) => {
  it('takes no place below the ceilings', async () => {
    const { manager } = open({ queue: mailBox(), outstanding: { perRecipient: 1 } }).invitations;
    const { id } = await manager.send({ email });
    await manager.revoke(id);
    for (let each = 0; each < 2; each += 1) {
      await assert.rejects(manager.resend(id, { mode: 'rotate' }), { code: 'ERR_ENROLLMENT_NOT_REISSUED' });
      await assert.rejects(manager.reissue(id), { code: 'ERR_ENROLLMENT_NOT_REISSUED' });
    }
    assert.equal((await manager.get((await manager.send({ email })).id)).state, 'open');
  });
});
