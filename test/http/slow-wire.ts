import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';

export interface SlowWire {
  readonly url: string;
  /** How long each piece of an answer is held back from now on. */
  delay(milliseconds: number): void;
  close(): Promise<void>;
}

/** A way to a server on which answers take their time, in order. */
export async function slowWire(port: number): Promise<SlowWire> {
  let held = 0;
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
    near.pipe(far);
    far.on('data', (bytes) => setTimeout(() => near.write(bytes), held));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    delay: (milliseconds) => void (held = milliseconds),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
