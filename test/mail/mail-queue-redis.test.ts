import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { after, afterEach, before, describe, it } from 'mocha';
import { smtpMailer } from '../../lib/mail/smtp-mailer.js';
import type { Mail, Mailer } from '../../lib/ports/mailer.js';
import { createKeys } from '../../lib/stores/redis/keys.js';
import { createRedisMailRecords } from '../../lib/stores/redis/mail-records.js';
import { createRedisOutbox } from '../../lib/stores/redis/outbox.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { startDroppingServer } from '../support/mail/dropping-server.js';
import { mailOrder, openMailQueue, type QueueUnderTest } from '../support/mail/queue-under-test.js';
import { redisFixture, type RedisFixture } from '../support/stores/redis-fixture.js';

const program = fileURLToPath(new URL('../support/mail/killed-sender.js', import.meta.url));

describe('the queue of mails in Redis', () => {
  let fixture: RedisFixture;
  let count = 0;
  const cleanups: (() => Promise<unknown>)[] = [];
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  function open(mailer: Mailer, prefix: string): QueueUnderTest {
    const clock = fakeClock(Date.now());
    // Redis goes on by its own time; `later` moves it.
    const start = clock.now();
    const parts = { redis: fixture.redis, keys: createKeys(prefix), skewMs: () => clock.now() - start };
    const under = openMailQueue(mailer, {
      clock,
      outbox: createRedisOutbox(parts),
      records: createRedisMailRecords(parts),
    });
    cleanups.push(() => under.worker.stop(5000));
    return under;
  }

  const prefixOf = (): string => `test-mails-${String((count += 1))}:`;

  /** Every key and value below a prefix, as text. */
  async function contents(prefix: string): Promise<string> {
    const texts: string[] = [];
    for (const key of await fixture.client.keys(`${prefix}*`)) {
      const type = await fixture.client.type(key);
      const value = type === 'hash' ? await fixture.client.hgetall(key) : null;
      texts.push(`${key} ${JSON.stringify(value)}`);
    }
    return texts.join('\n');
  }

  it('keeps neither address, link nor code readable, and of a sent mail nothing but its state', async () => {
    const prefix = prefixOf();
    const { queue, reaches, worker, outbox } = open({ send: () => Promise.resolve() }, prefix);
    await worker.stop(0);
    await queue.add(mailOrder('one'));
    const waiting = await contents(prefix);
    assert.ok(waiting.includes('sealed'), waiting);
    assert.ok(!/secret-of-the-link|SECRET-CODE|bob@/.test(waiting), waiting);
    const other = open({ send: () => Promise.resolve() }, prefix);
    other.worker.wake();
    await reaches('one', 'sent');
    for (let tries = 0; tries < 100 && (await outbox.counts()).waiting > 0; tries += 1)
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
    const sent = await contents(prefix);
    assert.ok(sent.includes('b***@example.com') && !sent.includes('sealed'), sent);
  });

  it('sends each of 60 mails once from three instances that all have them to send', async () => {
    const prefix = prefixOf();
    const sent: string[] = [];
    const mailer: Mailer = {
      send: async ({ messageId = '' }: Mail) => {
        await new Promise((resolve) => {
          setTimeout(resolve, 5);
        });
        sent.push(messageId);
      },
    };
    const instances = [open(mailer, prefix), open(mailer, prefix), open(mailer, prefix)];
    const ids = Array.from({ length: 60 }, (_, at) => `mail-${String(at)}`);
    // Every instance adds every mail, as after a request that was repeated.
    await Promise.all(instances.flatMap(({ queue }) => ids.map((id) => queue.add(mailOrder(id)))));
    for (const id of ids) {
      for (const { worker } of instances) worker.wake();
      await instances[0]?.reaches(id, 'sent');
    }
    assert.deepEqual([sent.length, new Set(sent).size], [60, 60]);
  });

  for (const [moment, arrived, state] of [
    ['after-put', 0, 'sent'],
    ['before-send', 0, 'unknown'],
    ['after-send', 1, 'unknown'],
  ] as const)
    it(`a process that is killed ${moment.replace('-', ' ')} leaves the mail ${state}, and none is sent twice`, async () => {
      const server = await startDroppingServer(null);
      cleanups.push(() => server.stop());
      const prefix = prefixOf();
      const child = spawn(process.execPath, [program], {
        env: {
          ...process.env,
          REDIS_URL: fixture.server.url,
          PREFIX: prefix,
          SMTP_URL: server.url,
          DIES_AT: moment,
        },
        stdio: 'ignore',
      });
      const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
      assert.equal(signal, 'SIGKILL');
      assert.equal(server.stored.length, arrived);
      const mailer = smtpMailer({ url: server.url, from: { name: 'Acme', address: 'a@acme.example' }, tls: 'none' });
      cleanups.push(() => mailer.close());
      const { reaches, later } = open(mailer, prefix);
      later();
      await reaches('killed', state);
      later();
      later();
      await reaches('killed', state);
      assert.equal(server.stored.length, state === 'sent' ? 1 : arrived);
    });
});
