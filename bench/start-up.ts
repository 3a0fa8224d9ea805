import { HttpConnection } from './http-connection.js';
import { seePage } from './journey.js';
import { flowPath } from './flow-path.js';
import type { ServerProcess } from './server-process.js';
import { Visitor } from './visitor.js';

/** Milliseconds from the start of the process to its first page. */
export async function firstAnswerMillis(start: () => Promise<ServerProcess>): Promise<number> {
  const began = performance.now();
  const server = await start();
  try {
    const connection = await HttpConnection.open(server.port);
    await seePage(new Visitor(), connection, flowPath);
    connection.close();
    return performance.now() - began;
  } finally {
    await server.stop();
  }
}
