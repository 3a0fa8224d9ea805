import { HttpConnection } from './http-connection.js';

const connections = 16;

/** Processes every item over 16 keep-alive connections; each connection takes the next item when it is free. */
export async function crowd<Item>(
  port: number,
  items: readonly Item[],
  work: (item: Item, connection: HttpConnection) => Promise<unknown>,
): Promise<{ seconds: number }> {
  const open = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(port)));
  try {
    let next = 0;
    const start = performance.now();
    await Promise.all(
      open.map(async (connection) => {
        for (let at = next++; at < items.length; at = next++) await work(items[at] as Item, connection);
      }),
    );
    return { seconds: (performance.now() - start) / 1000 };
  } finally {
    for (const connection of open) connection.close();
  }
}
