import { once } from 'node:events';
import { connect } from 'node:net';

/** A form of which the server has received all but the last byte. */
export interface HeldPost {
  /** Sends the last byte; returns the answer. */
  release(): Promise<{
    readonly status: number;
    readonly location: string;
    readonly cookies: string[];
    readonly text: string;
  }>;
}

/** Sends all but the last byte of a form over its own connection, so that many forms can be completed at one moment. */
export async function holdPost(
  url: string,
  path: string,
  cookie: string,
  fields: Readonly<Record<string, string>>,
): Promise<HeldPost> {
  const { hostname, port, host } = new URL(url);
  const body = new URLSearchParams(fields).toString();
  const socket = connect(Number(port), hostname);
  let heard = '';
  socket.setEncoding('utf8').on('data', (text: string) => (heard += text));
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: ${host}`,
    `Cookie: ${cookie}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ].join('\r\n');
  socket.write(`${head}\r\n\r\n${body.slice(0, -1)}`);
  return {
    async release() {
      socket.write(body.slice(-1));
      await closed;
      const [status = ''] = /(?<=^HTTP\/1\.1 )\d{3}/.exec(heard) ?? [];
      const headers = heard.slice(0, heard.indexOf('\r\n\r\n'));
      return {
        status: Number(status),
        location: /^location: (.*)$/im.exec(headers)?.[1] ?? '',
        cookies: [...headers.matchAll(/^set-cookie: (.*)$/gim)].map(([, line = '']) => line),
        text: heard.slice(headers.length),
      };
    },
  };
}
