import { join } from 'node:path';
import { administratorOf, type Administrator } from '../administrator.js';
import { startRedis } from '../redis-server.js';
import { temporaryFolder } from '../temporary-folder.js';
import { startExample, type Example } from './example.js';
import { openObserver, type Observer } from './observer.js';

/** The example over its own Redis, with an observer in front of it and an administrator client. */
export interface ExampleApp {
  readonly example: Example;
  readonly observer: Observer;
  readonly administrator: Administrator;
  /** The short link, through the observer. */
  readonly page: string;
  /** The start page. */
  readonly home: string;
  close(): Promise<void>;
}

const secret = 'hT4wLq9ZrXc2VnBm7KdYs8PfGj3AeUoR';

export async function openExampleApp(): Promise<ExampleApp> {
  const [redis, observer] = await Promise.all([startRedis(), openObserver()]);
  const place = { redis: redis.url, secret, database: join(temporaryFolder(), 'users.sqlite'), baseUrl: observer.url };
  const example = await startExample(place);
  observer.lookAt(example.port);
  const administrator = administratorOf(place);
  return {
    example,
    observer,
    administrator,
    page: example.page,
    home: `${observer.url}/`,
    async close() {
      observer.close();
      await Promise.all([administrator.close(), example.stop()]);
      await redis.stop();
    },
  };
}
