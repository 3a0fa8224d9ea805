import { createServer, type Socket } from 'node:net';

/**
 * Where the server ends the connection: before it greets, at the recipient, once the first bytes of the mail arrived, or
 * after the whole mail arrived and was stored, before its answer.
 */
export type DropAt = 'greeting' | 'recipient' | 'data' | 'accepted';

export interface DroppingServer {
  readonly url: string;
  readonly port: number;
  /** `null`: it works. */
  dropAt: DropAt | null;
  /** The text of every mail that it stored. */
  readonly stored: readonly string[];
  readonly connections: number;
  stop(): Promise<void>;
}

/** A mail server without TLS on loopback that ends connections at a given point. */
export async function startDroppingServer(dropAt: DropAt | null, port = 0): Promise<DroppingServer> {
  const stored: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const settings = { dropAt };

  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    if (settings.dropAt === 'greeting') {
      socket.destroy();
      return;
    }
    let text = '';
    let inData = false;
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    say('220 localhost');
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (inData && settings.dropAt === 'data') {
        socket.destroy();
        return;
      }
      for (;;) {
        const end = inData ? text.indexOf('\r\n.\r\n') : text.indexOf('\r\n');
        if (end < 0) return;
        const part = text.slice(0, end);
        text = text.slice(end + (inData ? 5 : 2));
        if (inData) {
          inData = false;
          stored.push(part);
          if (settings.dropAt === 'accepted') {
            socket.destroy();
            return;
          }
          say('250 stored');
        } else if (/^RCPT/i.test(part) && settings.dropAt === 'recipient') {
          socket.destroy();
          return;
        } else if (/^DATA/i.test(part)) {
          inData = true;
          say('354 go on');
        } else if (/^QUIT/i.test(part)) {
          say('221 bye');
          socket.end();
        } else say('250 localhost');
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const listening = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${String(listening)}`,
    port: listening,
    get dropAt() {
      return settings.dropAt;
    },
    set dropAt(at) {
      settings.dropAt = at;
    },
    stored,
    get connections() {
      return connections;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}
