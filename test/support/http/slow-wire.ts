import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

export interface SlowWire {
  readonly url: string;
  /** How long each part of an answer is delayed from now on. */
  delay(milliseconds: number): void;
  /**
   * Delays every answer until all connections are idle, then releases all of them at once, repeatedly while `act` runs.
   * Returns how often: the number of sequential round trips of `act`, however slow the machine is.
   */
  countRoundTrips(act: () => Promise<unknown>): Promise<number>;
  close(): Promise<void>;
}

/** A proxy to a server that delays answers and keeps their order. */
export async function slowWire(port: number): Promise<SlowWire> {
  let held = 0;
  let isCounting = false;
  const waiting: (() => void)[] = [];
  let moved = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket
        .on('error', () => undefined)
        .once('close', () => {
          sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
    }
    near.on('data', (bytes) => {
      moved += 1;
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      moved += 1;
      if (isCounting) waiting.push(() => near.write(bytes));
      else setTimeout(() => near.write(bytes), held);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    delay: (milliseconds) => void (held = milliseconds),
    async countRoundTrips(act) {
      const isQuiet = async (): Promise<boolean> => {
        const before = moved;
        for (let turn = 0; turn < 8; turn += 1) await pause(5);
        return moved === before;
      };
      // First, traffic of earlier requests has to finish.
      while (!(await isQuiet()));
      isCounting = true;
      let count = 0;
      let isOver = false;
      const acting = act().finally(() => (isOver = true));
      while (!isOver) {
        if (!(await isQuiet()) || waiting.length === 0) continue;
        if (!isOver) count += 1;
        for (const letThrough of waiting.splice(0)) letThrough();
      }
      isCounting = false;
      for (const letThrough of waiting.splice(0)) letThrough();
      await acting;
      return count;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
