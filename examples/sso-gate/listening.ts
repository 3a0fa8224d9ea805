import type { AddressInfo, Server } from 'node:net';

/** The port that a server listens on. Where it is taken, the program ends with a sentence that names the variable. */
export function portOf(server: Server, variable: string): Promise<string> {
  return new Promise((resolve) => {
    server.once('listening', () => resolve(String((server.address() as AddressInfo).port)));
    server.once('error', (error: NodeJS.ErrnoException & { port?: number }) => {
      const { code, port, message } = error;
      console.error(code === 'EADDRINUSE' ? `Port ${String(port)} is taken: set ${variable} to a free one.` : message);
      process.exit(1);
    });
  });
}
