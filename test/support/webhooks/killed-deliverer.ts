/** A process that puts deliveries into Redis, begins them, and does not finish them before it is killed. */
import { setting } from '../child-program.js';
import { Redis } from 'ioredis';
import { createConnection } from '../../../lib/stores/redis/connection.js';
import { createKeys } from '../../../lib/stores/redis/keys.js';
import { createRedisOutbox } from '../../../lib/stores/redis/outbox.js';
import { createDeliveries } from '../../../lib/webhooks/deliveries.js';
import { webhookSecret } from '../webhook-receiver.js';

const say = (fields: object, text: string): void => console.error(text, fields);
const redis = createConnection(new Redis(setting('REDIS_URL')));
const deliveries = createDeliveries({
  outbox: createRedisOutbox({ redis, keys: createKeys(setting('PREFIX')) }),
  webhooks: [{ url: setting('RECEIVER'), secret: webhookSecret }],
  onEnrolled: () => {
    console.log('http://127.0.0.1:1');
    return new Promise(() => undefined);
  },
  events: () => undefined,
  clock: { now: () => Date.now() },
  log: { info: say, warn: say, error: say },
});
deliveries.finished({ user: '7', invitation: 'inv-1', flow: 'invite', enrollment: 'killed' });
