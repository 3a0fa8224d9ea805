import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { inviteSignupFlow, setPasswordFlow } from '../../lib/flows.js';
import type { Mail, Mailer } from '../../lib/ports/mailer.js';
import { openTestApp } from '../support/http/test-app.js';
import { member } from '../support/http/sign-in-app.js';
import { mailOrder, openMailQueue } from '../support/mail/queue-under-test.js';
import { waitUntil } from '../support/wait-until.js';

describe('mails of a person who is erased', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  function failing(): Mailer & { how: 'temporary' | 'permanent' | null; readonly sent: Mail[] } {
    const mailer = {
      how: 'temporary' as 'temporary' | 'permanent' | null,
      sent: [] as Mail[],
      async send(mail: Mail) {
        if (mailer.how !== null) throw Object.assign(new Error('no'), { delivery: mailer.how });
        mailer.sent.push(mail);
      },
    };
    return mailer;
  }

  it('waiting and failed ones are withdrawn, their content is removed, and no record names the person', async () => {
    const mailer = failing();
    const under = openMailQueue(mailer);
    cleanups.push(() => under.worker.stop(5000));
    const { queue, outbox, manager } = under;
    const tried = (id: string): Promise<true> =>
      waitUntil(
        async () => ((await manager.get(id))?.failure === null ? undefined : true),
        () => `${id} was not tried`,
      );
    const about = { type: 'account', id: 'bob' } as const;
    await queue.add(mailOrder('waits', { inviter: 'bob' }));
    await queue.add(mailOrder('elsewhere', { to: 'new@example.com', about }));
    await queue.add(mailOrder('of his ticket', { to: 'newer@example.com', about: { type: 'ticket', id: 'of bob' } }));
    await queue.add(mailOrder('of ann', { to: 'ann@example.com', inviter: 'bob' }));
    for (const id of ['waits', 'elsewhere', 'of his ticket', 'of ann']) await tried(id);
    mailer.how = 'permanent';
    await queue.add(mailOrder('failed'));
    await under.reaches('failed', 'failed');
    assert.deepEqual(await outbox.counts(), { waiting: 4, failed: 1 });

    await queue.erase({ email: 'Bob@example.com', tenant: 'another' });
    assert.equal((await manager.get('failed'))?.state, 'failed');
    await queue.erase({ email: 'Bob@example.com', user: 'bob' });
    await queue.erase({ email: 'Bob@example.com', user: 'bob' });
    const { mails } = await manager.list();
    assert.deepEqual(
      mails.map(({ id, state, hint, inviter }) => [id, state, hint, inviter]),
      [
        ['failed', 'withdrawn', '', 'ann'],
        ['of ann', 'queued', 'a***@example.com', null],
        ['of his ticket', 'withdrawn', '', 'ann'],
        ['elsewhere', 'withdrawn', '', 'ann'],
        ['waits', 'withdrawn', '', null],
      ],
    );
    assert.equal(under.events.filter(({ type }) => type === 'mail.withdrawn').length, 4);
    assert.equal(await manager.resend('failed'), 'not_failed');
    mailer.how = null;
    under.later();
    await under.reaches('of ann', 'sent');
    await waitUntil(
      async () => {
        const { waiting, failed } = await outbox.counts();
        return waiting + failed === 0 ? true : undefined;
      },
      () => 'their content is still there',
    );
    assert.deepEqual(
      mailer.sent.map(({ to }) => to),
      ['ann@example.com'],
    );
  });

  it('one that is being sent, and fails, is withdrawn too', async () => {
    let refuse = (_error: Error): void => undefined;
    const under = openMailQueue({
      send: () =>
        new Promise((_resolve, reject) => {
          refuse = reject;
        }),
    });
    cleanups.push(() => under.worker.stop(5000));
    await under.queue.add(mailOrder('one'));
    await under.reaches('one', 'sending');
    await under.queue.erase({ email: 'bob@example.com' });
    assert.equal((await under.reaches('one', 'sending')).hint, '');
    await new Promise(setImmediate);
    refuse(Object.assign(new Error('no'), { delivery: 'permanent' }));
    await under.reaches('one', 'withdrawn');
    await waitUntil(
      async () => ((await under.outbox.counts()).waiting === 0 ? true : undefined),
      () => 'it still waits',
    );
    assert.deepEqual(await under.outbox.counts(), { waiting: 0, failed: 0 });
  });

  it('erase of an address and forgetUser reach them; a resent letter is sent only while its link works', async () => {
    const mailer = failing();
    mailer.how = 'permanent';
    const testApp = await openTestApp({
      mailer,
      flows: [
        inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] }),
        setPasswordFlow({ slug: 'set-password' }),
      ],
    });
    cleanups.push(() => testApp.close());
    await testApp.enrollment.ready();
    const { invitations, tickets, mails } = testApp.enrollment;
    const ann = await member(testApp, 'ann');
    const state = async (id: string | null, wanted: string): Promise<unknown> =>
      waitUntil(
        async () => ((await mails.get(id ?? ''))?.state === wanted ? true : undefined),
        () => `${id ?? ''} is not ${wanted}`,
      );
    const erased = await invitations.send({ email: 'erased@example.com' });
    const revoked = await invitations.send({ email: 'revoked@example.com' });
    const moved = await invitations.send({ email: 'moved@example.com' });
    const open = await invitations.send({ email: 'open@example.com' });
    const ended = await tickets.create({ user: ann.id }, { purpose: 'invite', delivery: 'kit' });
    const ticket = await tickets.create({ user: ann.id }, { purpose: 'recovery', delivery: 'kit' });
    for (const { mail } of [erased, revoked, moved, open, ended, ticket]) await state(mail, 'failed');

    await invitations.erase({ email: 'erased@example.com' });
    await invitations.revoke(revoked.id);
    const present = await invitations.resend(moved.id, { mode: 'rotate', email: 'present@example.com' });
    await state(present.mail, 'failed');
    await tickets.revoke(ended.id);
    mailer.how = null;
    assert.equal(await mails.resend(erased.mail ?? ''), 'not_failed');
    for (const { mail } of [revoked, moved, open, ended]) assert.equal(await mails.resend(mail ?? ''), 'queued');
    for (const { mail } of [erased, revoked, moved, ended]) await state(mail, 'withdrawn');
    await state(open.mail, 'sent');
    await testApp.enrollment.forgetUser(ann.id);
    assert.equal(await mails.resend(ticket.mail ?? ''), 'not_failed');
    const hints = (await mails.list()).mails.map(({ hint }) => hint).filter((hint) => hint !== '');
    assert.deepEqual(hints.sort(), ['m***@example.com', 'o***@example.com', 'p***@example.com', 'r***@example.com']);
    assert.deepEqual(
      mailer.sent.map(({ to }) => to),
      ['open@example.com'],
    );
  });
});
