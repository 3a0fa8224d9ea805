import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startHostileProvider, type HostileProvider } from '../hostile-provider.js';

/** An OAuth 2 provider without OpenID Connect: it signs nothing, sends no issuer, and returns one user's profile. */
export interface Hub {
  /** The URL of its page: `/authorize`. */
  readonly url: string;
  readonly provider: HostileProvider;
  close(): Promise<void>;
}

const page = '<!doctype html><title>The Hub</title><form method="post"><button>octo</button></form>';

/** Adds a page to click on to a provider that has none. */
export async function openHub(profile: object): Promise<Hub> {
  const provider = await startHostileProvider();
  provider.mischief = {
    token: () => undefined,
    callback: (query) => query.delete('iss'),
    userInfo: () => profile,
  };
  const server = createServer((req, res) => {
    const asked = new URL(req.url ?? '', provider.issuer);
    const callback = asked.searchParams.get('redirect_uri');
    if (asked.pathname !== '/authorize' || callback === null) return void res.writeHead(404).end();
    if (req.method === 'GET') return void res.writeHead(200, { 'content-type': 'text/html' }).end(page);
    res.writeHead(302, { location: `${callback}?${provider.answer(asked).toString()}` }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    provider,
    async close() {
      server.close();
      server.closeAllConnections();
      await provider.close();
    },
  };
}
