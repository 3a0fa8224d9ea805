import { connect } from 'node:net';

/**
 * The process id of the Redis that answers PONG at a port, or nothing while none does. The id distinguishes our own
 * server from one that took the port first.
 */
export function processListeningAt(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => socket.end('PING\r\nINFO server\r\n'));
    socket.setTimeout(1000, () => socket.destroy());
    socket.setEncoding('utf8').on('data', (text: string) => (heard += text));
    socket.on('error', () => undefined);
    socket.once('close', () => {
      const pid = /^\+PONG\r\n[\s\S]*^process_id:(\d+)\r$/m.exec(heard)?.[1];
      resolve(pid === undefined ? undefined : Number(pid));
    });
  });
}
