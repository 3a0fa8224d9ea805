import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { smtpMailer } from '../../lib/mail/smtp-mailer.js';
import type { Mail, Mailer } from '../../lib/ports/mailer.js';
import type { Outbox } from '../../lib/ports/outbox.js';
import { createMemoryOutbox } from '../../lib/stores/memory/outbox.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { freePort } from '../support/free-port.js';
import { startDroppingServer, type DropAt } from '../support/mail/dropping-server.js';
import { startMailServer } from '../support/mail/mail-server.js';
import { mailOrder, openMailQueue, type QueueUnderTest } from '../support/mail/queue-under-test.js';

const from = { name: 'Acme', address: 'accounts@acme.example' };
const secrets = /the-secret-of-the-link|THE-SECRET-CODE|bob@example\.com/;
const fewRounds = 4;

describe('the queue of mails', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  function open(mailer: Mailer): QueueUnderTest {
    const under = openMailQueue(mailer);
    cleanups.push(() => under.worker.stop(5000));
    return under;
  }

  function smtp(url: string, timeoutSeconds = 5): Mailer {
    const mailer = smtpMailer({ url, from, tls: 'none', timeoutSeconds });
    cleanups.push(() => mailer.close());
    return mailer;
  }

  it('sends a mail once, however often it is added', async () => {
    const mailer = memoryMailer();
    const { queue, reaches, later, outbox } = open(mailer);
    await Promise.all(Array.from({ length: 50 }, () => queue.add(mailOrder('one'))));
    const status = await reaches('one', 'sent');
    for (let round = 0; round < fewRounds; round += 1) {
      await queue.add(mailOrder('one'));
      later();
    }
    assert.equal(mailer.mails.length, 1);
    assert.deepEqual([status.attempts, status.hint, status.failure], [1, 'b***@example.com', null]);
    assert.deepEqual(await outbox.counts(), { waiting: 0, failed: 0 });
  });

  it('stores mails that are added together in one step', async () => {
    const mailer = memoryMailer();
    const clock = fakeClock();
    const outbox = createMemoryOutbox({ clock });
    const steps: number[] = [];
    const put: Outbox['put'] = (items, delayMs) => {
      steps.push(items.length);
      return outbox.put(items, delayMs);
    };
    const under = openMailQueue(mailer, { clock, outbox: { ...outbox, put } });
    cleanups.push(() => under.worker.stop(5000));
    await under.queue.add(mailOrder('one'), mailOrder('two'));
    for (const id of ['one', 'two']) await under.reaches(id, 'sent');
    assert.deepEqual([steps, mailer.mails.length], [[2], 2]);
  });

  it('a refused mail has failed: it is not tried again, and its answer is kept without the address', async () => {
    const server = await startMailServer({ tls: 'none', recipientReply: () => 550 });
    cleanups.push(() => server.stop());
    const { queue, reaches, later, events, log } = open(smtp(server.url));
    await queue.add(mailOrder('one'));
    const { failure, attempts } = await reaches('one', 'failed');
    assert.deepEqual([failure?.permanent, attempts], [true, 1]);
    assert.match(failure?.response ?? '', /550/);
    later();
    assert.equal(server.connections, 1);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['mail.failed'],
    );
    assert.ok(!secrets.test(JSON.stringify([events, log, failure])), log.join('\n'));
  });

  it('a temporary refusal is tried again, under the same Message-ID, until it is sent', async () => {
    let refusals = 2;
    const server = await startMailServer({ tls: 'none', recipientReply: () => ((refusals -= 1) >= 0 ? 451 : null) });
    cleanups.push(() => server.stop());
    const mailer = smtp(server.url);
    const ids: (string | undefined)[] = [];
    const { queue, reaches, later } = open({
      send(mail) {
        ids.push(mail.messageId);
        return mailer.send(mail);
      },
    });
    await queue.add(mailOrder('one'));
    for (const attempts of [1, 2]) {
      const { failure } = await until(
        () => reaches('one', 'queued'),
        (status) => status.attempts === attempts,
      );
      assert.equal(failure?.permanent, false);
      later();
    }
    assert.equal((await reaches('one', 'sent')).attempts, 3);
    assert.equal(server.mails.length, 1);
    assert.equal(new Set(ids).size, 1);
    assert.ok(server.mails[0]?.raw.includes(`Message-ID: <${String(ids[0])}>`), server.mails[0]?.raw);
  });

  it('a server that is down for a minute gets every mail afterwards, once', async () => {
    const port = await freePort();
    const { queue, reaches, later } = open(smtp(`smtp://127.0.0.1:${String(port)}`));
    const ids = Array.from({ length: 5 }, (_, at) => `mail-${String(at)}`);
    for (const id of ids) await queue.add(mailOrder(id));
    for (const id of ids)
      await until(
        () => reaches(id, 'queued'),
        ({ attempts }) => attempts === 1,
      );
    const server = await startDroppingServer(null, port);
    cleanups.push(() => server.stop());
    later();
    for (const id of ids) await reaches(id, 'sent');
    assert.equal(server.stored.length, 5);
  });

  for (const dropAt of ['greeting', 'recipient'] as const satisfies readonly DropAt[])
    it(`a connection that ends at the ${dropAt} has sent nothing: the mail is sent later, once`, async () => {
      const server = await startDroppingServer(dropAt);
      cleanups.push(() => server.stop());
      const { queue, reaches, later } = open(smtp(server.url));
      await queue.add(mailOrder('one'));
      await until(
        () => reaches('one', 'queued'),
        ({ attempts }) => attempts === 1,
      );
      server.dropAt = null;
      later();
      await reaches('one', 'sent');
      assert.equal(server.stored.length, 1);
    });

  for (const [dropAt, stored] of [
    ['data', 0],
    ['accepted', 1],
  ] as const satisfies readonly (readonly [DropAt, number])[])
    it(`a connection that ends at "${dropAt}" may have sent the mail: it is not sent again by itself`, async () => {
      const server = await startDroppingServer(dropAt);
      cleanups.push(() => server.stop());
      const { queue, reaches, later, manager, events } = open(smtp(server.url));
      await queue.add(mailOrder('one'));
      const { failure } = await reaches('one', 'unknown');
      assert.equal(failure?.permanent, false);
      server.dropAt = null;
      for (let round = 0; round < fewRounds; round += 1) {
        later();
        await queue.add(mailOrder('one'));
      }
      assert.equal((await reaches('one', 'unknown')).attempts, 1);
      assert.deepEqual([server.stored.length, server.connections], [stored, 1]);
      assert.deepEqual(
        events.map((event) => [event.type, 'state' in event ? event.state : null]),
        [['mail.failed', 'unknown']],
      );
      assert.equal(await manager.resend('one'), 'queued');
      await reaches('one', 'sent');
      assert.equal(server.stored.length, stored + 1);
    });

  it('a connection of the pool that the server ended between two mails costs no mail', async () => {
    const server = await startDroppingServer(null);
    cleanups.push(() => server.stop());
    const { queue, reaches } = open(smtp(server.url));
    await queue.add(mailOrder('one'));
    await reaches('one', 'sent');
    const { port } = server;
    await server.stop();
    const again = await startDroppingServer(null, port);
    cleanups.push(() => again.stop());
    await queue.add(mailOrder('two'));
    await reaches('two', 'sent', 'queued');
    assert.ok(again.stored.length <= 1);
  });

  it('a server that does not answer once it has the mail: it may have been sent', async () => {
    const server = await startMailServer({ tls: 'none', beforeAccept: () => new Promise(() => undefined) });
    cleanups.push(() => server.stop());
    const { queue, reaches, later } = open(smtp(server.url, 1));
    await queue.add(mailOrder('one'));
    await reaches('one', 'unknown');
    later();
    assert.equal(server.connections, 1);
  });

  it('a worker that died while it sent leaves the mail unknown; one that died before it, queued', async () => {
    const mailer = memoryMailer();
    const { queue, outbox, reaches, later, worker, events } = open(mailer);
    await worker.stop(0);
    // It dies with the lease, before its attempt begins.
    await queue.add(mailOrder('before'));
    await outbox.take('mail', 10, 60);
    later();
    const { items } = await outbox.take('mail', 10, 60);
    assert.equal(items.length, 1);
    assert.deepEqual(await queue.send(items[0] ?? assert.fail()), { type: 'done' });
    // It dies during its attempt: the second worker meets the state of the first.
    await queue.add(mailOrder('during'));
    const [item] = (await outbox.take('mail', 10, 60)).items;
    assert.ok(item);
    let sends = 0;
    const hanging = openMailQueue({ send: () => new Promise(() => (sends += 1)) }, { outbox });
    void hanging.queue.send(item);
    await until(
      async () => sends,
      (count) => count === 1,
    );
    assert.equal((await hanging.queue.send(item)).type, 'failed');
    assert.equal((await hanging.reaches('during', 'unknown')).attempts, 1);
    assert.equal(sends, 1);
    assert.deepEqual(mailer.mails.length, 1);
    assert.equal((await reaches('before', 'sent')).attempts, 1);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['mail.sent'],
    );
  });

  it('is not sent from the instant on at which its link ends', async () => {
    const mailer = memoryMailer();
    const under = open(mailer);
    await under.queue.add(mailOrder('late', { expiresAt: under.clock.now() }));
    const { failure } = await under.reaches('late', 'failed');
    assert.match(failure?.response ?? '', /expired/);
    assert.deepEqual(mailer.mails, []);
  });

  it('is given up after eight attempts', async () => {
    let attempts = 0;
    const refused = Object.assign(new Error('busy'), { responseCode: 421 });
    const { queue, reaches, later, manager } = open({
      send() {
        attempts += 1;
        return Promise.reject(refused);
      },
    });
    await queue.add(mailOrder('one'));
    for (let round = 1; round < 8; round += 1) {
      await until(
        () => reaches('one', 'queued'),
        (status) => status.attempts === round,
      );
      later();
    }
    assert.equal((await reaches('one', 'failed')).failure?.permanent, false);
    later();
    assert.equal(attempts, 8);
    assert.equal(await manager.resend('one'), 'queued');
    await until(
      async () => attempts,
      (count) => count === 9,
    );
  });

  it('addresses, names and values that could become header fields are refused', async () => {
    const { queue } = open(memoryMailer());
    const { content } = mailOrder('x');
    const withLetter = (more: object) => ({ content: { ...content, letter: { ...content.letter!, ...more } } });
    for (const wrong of [
      { to: 'bob@example.com\r\nBcc: eve@example.com' },
      { to: 'Bob <bob@example.com>' },
      { to: 'BOB@example.com' },
      { to: 'bob@example.com, eve@example.com' },
      withLetter({ inviter: 'Ann\r\nBcc: eve@example.com' }),
      withLetter({ app: 'Acme\0' }),
      withLetter({ values: { name: 'Bob\nBcc: eve@example.com' } }),
    ])
      await assert.rejects(queue.add(mailOrder('wrong', wrong)), TypeError, JSON.stringify(wrong));
    assert.deepEqual(await queue.status(['wrong']), [null]);
  });

  it('a bounce is found by the id or the Message-ID, and ends nothing else', async () => {
    const mailer = memoryMailer();
    const { queue, manager, reaches, events } = open(mailer);
    await queue.add(mailOrder('one'));
    await queue.add(mailOrder('two'));
    await reaches('one', 'sent');
    await reaches('two', 'sent');
    const sent = (id: string): Mail => mailer.mails[id === 'one' ? 0 : 1] ?? assert.fail();
    assert.equal(await manager.bounced({ id: 'one', response: '550 <bob@example.com> unknown' }), true);
    assert.equal(await manager.bounced({ messageId: `<${sent('two').messageId ?? ''}>` }), true);
    assert.equal(await manager.bounced({ id: 'one' }), true);
    assert.equal(await manager.bounced({ messageId: '<another@mail.example>' }), false);
    assert.equal(await manager.bounced({ id: 'nothing' }), false);
    assert.equal((await manager.get('one'))?.failure?.response, '550 [recipient] unknown');
    assert.deepEqual((await manager.list({ states: ['bounced'] })).mails.length, 2);
    assert.equal(events.filter(({ type }) => type === 'mail.bounced').length, 2);
    assert.equal(await manager.resend('one'), 'not_failed');
  });

  it('lists the newest first, by state, subject, inviter and tenant, page by page', async () => {
    const mailer = memoryMailer();
    const { queue, manager, reaches } = open(mailer);
    for (let at = 0; at < 7; at += 1)
      await queue.add(mailOrder(`mail-${String(at)}`, at % 2 === 0 ? { tenant: 'acme', inviter: 'bob' } : {}));
    for (let at = 0; at < 7; at += 1) await reaches(`mail-${String(at)}`, 'sent');
    const idsOf = async (query: Parameters<typeof manager.list>[0]): Promise<readonly string[]> =>
      (await manager.list(query)).mails.map(({ id }) => id.slice(5));
    assert.deepEqual(await idsOf({ tenant: 'acme' }), ['6', '4', '2', '0']);
    assert.deepEqual(await idsOf({ inviter: 'ann', tenant: null }), ['5', '3', '1']);
    assert.deepEqual(await idsOf({ states: ['failed'] }), []);
    assert.deepEqual(await idsOf({ about: { type: 'ticket', id: 'one' }, limit: 1 }), ['6']);
    const first = await manager.list({ tenant: 'acme', limit: 3 });
    assert.deepEqual(await idsOf({ tenant: 'acme', after: first.next ?? '' }), ['0']);
    assert.ok(!secrets.test(JSON.stringify(await manager.list())));
    await assert.rejects(manager.list({ limit: 0, after: 'x' }), /mails\.list: "limit".*\n.*"after"/);
  });
});

async function until<T>(read: () => Promise<T>, isThere: (value: T) => boolean): Promise<T> {
  const ends = performance.now() + 10_000;
  for (;;) {
    const value = await read();
    if (isThere(value)) return value;
    if (performance.now() > ends) throw new Error(`it is ${JSON.stringify(value)}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}
