import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { setPasswordFlow } from '../../lib/flows.js';
import type { Mail, Mailer } from '../../lib/ports/mailer.js';
import { inviteSignupFlow } from '../../lib/flows/invite-signup.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { member } from '../support/http/sign-in-app.js';
import { waitUntil } from '../support/wait-until.js';
import { mailOrder, openMailQueue } from '../support/mail/queue-under-test.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';

describe('a mail that waits while what it is about ends', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  it('is withdrawn right before it would be sent, and is neither a failure nor sent by a resend', async () => {
    const mailer = memoryMailer();
    let reads = 0;
    const under = openMailQueue(mailer, {
      whyWithdrawn: async ({ id }) => {
        if (id !== 'over') return null;
        if ((reads += 1) === 1) throw new Error('down');
        return 'its invitation was revoked';
      },
    });
    cleanups.push(() => under.worker.stop(5000));
    await under.queue.add(mailOrder('over'));
    // A store that does not answer decides nothing.
    const waits = await waitUntil(
      async () => (await under.queue.status(['over'])).find((one) => one?.state === 'queued' && one.failure !== null),
      () => 'it was not tried',
    );
    assert.match(waits?.failure?.response ?? '', /a store did not answer/);
    under.later();
    const { failure } = await under.reaches('over', 'withdrawn');
    assert.equal(failure?.response, 'its invitation was revoked');
    await under.queue.add(mailOrder('open'));
    await under.reaches('open', 'sent');
    assert.equal(mailer.mails.length, 1);
    assert.deepEqual(
      under.events.map(({ type }) => type),
      ['mail.withdrawn', 'mail.sent'],
    );
    assert.ok(!under.log.join().includes('was not sent'), under.log.join());
    assert.deepEqual(await under.outbox.counts(), { waiting: 0, failed: 0 });
    assert.equal(await under.manager.resend('over'), 'not_failed');
    assert.equal((await under.manager.list({ states: ['withdrawn'] })).mails.length, 1);
  });

  it('a revoked or rotated invitation, and a revoked or superseded ticket: only the mails that still lead on are sent', async () => {
    const sent: Mail[] = [];
    let isDown = true;
    const mailer: Mailer = {
      async send(mail) {
        if (isDown) throw Object.assign(new Error('down'), { delivery: 'temporary' });
        sent.push(mail);
      },
    };
    const testApp: TestApp = await openTestApp({
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
    const ticket = () => tickets.create({ user: ann.id }, { purpose: 'invite', delivery: 'kit' });

    const revoked = await invitations.send({ email: 'revoked@example.com' });
    const rotated = await invitations.send({ email: 'rotated@example.com' });
    const kept = await invitations.send({ email: 'kept@example.com' });
    const superseded = await ticket();
    const newer = await ticket();
    const before = [revoked.mail, rotated.mail, kept.mail, superseded.mail, newer.mail].map((id) => id ?? '');
    for (const id of before)
      await waitUntil(
        async () => ((await mails.get(id))?.failure === null ? undefined : true),
        () => `${id} was not tried`,
      );

    await invitations.revoke(revoked.id);
    isDown = false;
    testApp.clock.advance(30_000);
    // It wakes the worker.
    const fresh = await invitations.resend(rotated.id, { mode: 'rotate' });
    const state = async (id: string | null): Promise<string> =>
      waitUntil(
        async () => {
          const status = await mails.get(id ?? '');
          return status === null || status.state === 'queued' || status.state === 'sending' ? undefined : status.state;
        },
        () => `${id ?? ''} still waits`,
      );
    assert.deepEqual(await Promise.all([...before, fresh.mail].map(state)), [
      'withdrawn',
      'withdrawn',
      'sent',
      'withdrawn',
      'sent',
      'sent',
    ]);
    assert.deepEqual(sent.map(({ to }) => to).sort(), ['ann@example.com', 'kept@example.com', 'rotated@example.com']);
    assert.equal((await mails.get(superseded.mail ?? ''))?.failure?.response, 'its ticket ended: superseded');
    const address = (await invitations.explain('revoked@example.com'))?.address;
    assert.deepEqual(
      address?.mails.map((mail) => [mail.state, mail.failure?.response]),
      [['withdrawn', 'its invitation was revoked']],
    );
  });

  it('waits for as long as its link is valid now, says until when, and can be resent until then', async () => {
    const box = memoryMailer();
    let answer: object | null = { delivery: 'temporary' };
    const mailer: Mailer = {
      async send(mail) {
        if (answer !== null) throw Object.assign(new Error('no'), answer);
        await box.send(mail);
      },
    };
    const testApp: TestApp = await openTestApp({
      mailer,
      flows: [
        inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] }),
        setPasswordFlow({ slug: 'set-password' }),
      ],
    });
    cleanups.push(() => testApp.close());
    await testApp.enrollment.ready();
    const { clock, enrollment } = testApp;
    const { invitations, tickets, mails } = enrollment;
    const ann = await member(testApp, 'ann');
    const hour = 3_600_000;
    const send = async (name: string): Promise<{ id: string; mail: string }> => {
      const { id, mail } = await invitations.send({
        email: `${name}@example.com`,
        expires: new Date(clock.now() + hour),
      });
      return { id, mail: mail ?? '' };
    };
    const terms = { purpose: 'recovery', ttlSeconds: 3600 } as const;
    const ticket = await tickets.create({ user: ann.id }, { ...terms, delivery: 'kit' });
    const [moved, kept, over] = [await send('moved'), await send('kept'), await send('over')];
    const all = [ticket.mail ?? '', moved.mail, kept.mail, over.mail];
    const failure = async (id: string): Promise<string | null> => (await mails.get(id))?.failure?.response ?? null;
    const tried = async (id: string): Promise<true | undefined> => ((await failure(id)) === null ? undefined : true);
    for (const id of all)
      await waitUntil(
        () => tried(id),
        () => `${id} was not tried`,
      );

    const until = clock.now() + 48 * hour;
    await tickets.create({ user: ann.id }, { ...terms, delivery: 'own', onEarlier: 'extend', ttlSeconds: 48 * 3600 });
    for (const { id } of [moved, kept]) await invitations.extend(id, { expires: new Date(until) });
    const become = async (): Promise<readonly (string | undefined)[]> =>
      waitUntil(
        async () => {
          const states = (await Promise.all(all.map((id) => mails.get(id)))).map((status) => status?.state);
          return states.includes('queued') || states.includes('sending') ? undefined : states;
        },
        () => 'some mails still wait',
      );
    // Refused for good, after the ends at which the mails were ordered.
    answer = { delivery: 'permanent' };
    clock.advance(1.2 * hour);
    await send('waker');
    assert.deepEqual(await become(), ['failed', 'failed', 'failed', 'failed']);
    assert.deepEqual(await Promise.all(all.map(failure)), [
      'no',
      'no',
      'no',
      'its link or code expired before it was sent',
    ]);
    answer = null;
    assert.deepEqual(await Promise.all(all.map((id) => mails.resend(id))), ['queued', 'queued', 'queued', 'removed']);
    assert.deepEqual(await become(), ['sent', 'sent', 'sent', 'failed']);
    const day = new Date(until).toISOString().slice(8, 10).replace(/^0/, '');
    for (const { text } of box.mails) assert.match(text, new RegExp(`until [^.]*\\b${day}\\b`));
    assert.equal(box.mails.length, 3);
  });
});
