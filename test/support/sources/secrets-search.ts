import type { Redis } from 'ioredis';

/** Everything in a Redis, keys and values, each as text. */
export async function everythingIn(store: Redis): Promise<readonly string[]> {
  const keys = await store.keys('*');
  return Promise.all(keys.map(async (key) => `${key} ${JSON.stringify(await valueOf(store, key))}`));
}

async function valueOf(store: Redis, key: string): Promise<unknown> {
  const type = await store.type(key);
  switch (type) {
    case 'string':
      return store.get(key);
    case 'hash':
      return store.hgetall(key);
    case 'zset':
      return store.zrange(key, '0', '-1');
    case 'list':
      return store.lrange(key, 0, -1);
    case 'set':
      return store.smembers(key);
    case 'stream':
      return store.xrange(key, '-', '+');
    default:
      throw new Error(`${key} is a ${type}`);
  }
}

/** Its forms in a URL, in JSON, in base64 or in hexadecimal. */
export function spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    secret.split('').reverse().join(''),
  ];
}

/** The first text that contains one of the spellings, or null. */
export function found(texts: readonly string[], spelled: readonly string[]): string | null {
  return texts.find((text) => spelled.some((one) => text.includes(one))) ?? null;
}
