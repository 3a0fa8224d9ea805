import { connect } from 'node:net';

/** Sends raw bytes over a connection of its own; the status is 0 when the server closed it without an answer. */
export function exchange(
  url: string,
  bytes: string | Buffer,
): Promise<{ readonly status: number; readonly text: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setTimeout(3000, () => socket.destroy());
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    // A server that has answered may reset the connection while we still write.
    socket.on('error', () => undefined);
    socket.once('close', () =>
      resolve({ status: Number(/(?:^|\r\n\r\n)HTTP\/1\.1 ([2-5]\d\d)/.exec(text)?.[1] ?? 0), text }),
    );
  });
}

/** A request line and headers, closing the connection afterwards. */
export function requestOf(
  method: string,
  path: string,
  headers: readonly string[] = [],
  body: string | Buffer = '',
): Buffer {
  const head = [`${method} ${path} HTTP/1.1`, 'Host: club.example', 'Connection: close', ...headers, '', ''].join(
    '\r\n',
  );
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]);
}
