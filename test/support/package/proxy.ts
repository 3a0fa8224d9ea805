import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ProxySettings {
  /** The address of the app; may be known later than the proxy's own address. */
  readonly target: () => string;
  /** The prefix that it removes before it forwards a request; other paths get a 404. Default: none. */
  readonly strips?: string;
  /** The protocol of its own visitors, for `X-Forwarded-Proto`. */
  readonly scheme: 'http' | 'https';
}

export interface Proxy {
  readonly url: string;
  close(): void;
}

/** Names the visitor's address, because all are the same on loopback; the proxy removes it. */
export const cameFrom = 'x-came-from';

/**
 * A reverse proxy as nginx is commonly configured: it adds its visitor's address to `X-Forwarded-For`, sets
 * `X-Forwarded-Proto` and `X-Forwarded-Host`, and speaks plain HTTP to the app. TLS in front of it would change none of
 * that.
 */
export async function openProxy({ target, strips = '', scheme }: ProxySettings): Promise<Proxy> {
  const server = createServer((incoming, answer) => {
    const path = incoming.url ?? '/';
    if (!path.startsWith(`${strips}/`)) {
      answer.writeHead(404).end('not this app');
      return;
    }
    const { [cameFrom]: address, 'x-forwarded-for': earlier, ...headers } = incoming.headers;
    const visitor = address ?? incoming.socket.remoteAddress ?? '';
    const forwarded = {
      'x-forwarded-for': [earlier ?? [], visitor].flat().join(', '),
      'x-forwarded-proto': scheme,
      'x-forwarded-host': headers.host,
    };
    const outgoing = request(
      new URL(path.slice(strips.length), target()),
      { method: incoming.method, headers: { ...headers, ...forwarded }, agent: false },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    outgoing.once('error', () => answer.destroy());
    incoming.pipe(outgoing);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
