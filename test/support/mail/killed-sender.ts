/** A process that adds mails and sends them, and is killed by its test, or kills itself at the moment `DIES_AT`. */
import { Redis } from 'ioredis';
import { smtpMailer } from '../../../lib/mail/smtp-mailer.js';
import { createConnection } from '../../../lib/stores/redis/connection.js';
import { createKeys } from '../../../lib/stores/redis/keys.js';
import { createRedisMailRecords } from '../../../lib/stores/redis/mail-records.js';
import { createRedisOutbox } from '../../../lib/stores/redis/outbox.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { passAlive, setting } from '../child-program.js';
import { mailOrder, openMailQueue } from './queue-under-test.js';

const redis = createConnection(new Redis(setting('REDIS_URL')));
const keys = createKeys(setting('PREFIX'));
const outbox = createRedisOutbox({ redis, keys });
const mailer = smtpMailer({ url: setting('SMTP_URL'), from: { name: 'Acme', address: 'a@acme.example' }, tls: 'none' });
const { queue } = openMailQueue(
  {
    async send(mail) {
      passAlive('before-send');
      await mailer.send(mail);
      passAlive('after-send');
    },
  },
  {
    clock: fakeClock(Date.now()),
    outbox: {
      ...outbox,
      async put(items, delayMs) {
        const refused = await outbox.put(items, delayMs);
        passAlive('after-put');
        return refused;
      },
    },
    records: createRedisMailRecords({ redis, keys }),
  },
);
await queue.add(mailOrder('killed'));
