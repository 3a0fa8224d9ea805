import { once } from 'node:events';
import { createServer } from 'node:net';

interface RawMailServer {
  readonly url: string;
  /** The commands of each connection, the first connection first. */
  readonly connections: readonly (readonly string[])[];
  stop(): Promise<void>;
}

/** What a server announces after EHLO; `hangs`: it says nothing at all; `drops`: it ends the connection at EHLO. */
type Greeting = readonly string[] | 'hangs' | 'drops';

/** A mail server on loopback, without TLS, that accepts everything and may greet each connection differently. */
export async function startRawMailServer(greet: (connection: number) => Greeting): Promise<RawMailServer> {
  const connections: string[][] = [];
  const server = createServer((socket) => {
    const greeting = greet(connections.length);
    const commands: string[] = [];
    connections.push(commands);
    let isData = false;
    let rest = '';
    socket.on('error', () => undefined);
    if (greeting !== 'hangs') socket.write('220 localhost\r\n');
    const answer = (line: string): void => {
      if (isData && line !== '.') return;
      if (!isData) commands.push(line);
      if (line.startsWith('EHLO')) {
        if (typeof greeting === 'string') socket.destroy();
        else
          socket.write(`${['250-localhost', ...greeting.map((name) => `250-${name}`), '250 HELP'].join('\r\n')}\r\n`);
        return;
      }
      isData = line === 'DATA';
      if (line === 'QUIT') socket.end('221 bye\r\n');
      else socket.write(isData ? '354 go on\r\n' : '250 ok\r\n');
    };
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString('utf8')).split('\r\n');
      rest = lines.pop() ?? '';
      lines.forEach(answer);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${String(port)}`,
    connections,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}
