import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A third party's site on its own port: under `localhost` it counts as the same site, under `127.0.0.1` as another. */
export interface ForeignSite {
  readonly sameSite: string;
  readonly crossSite: string;
  /** Sets the page for every address of the site. */
  show(html: string): void;
  close(): void;
}

export async function openForeignSite(): Promise<ForeignSite> {
  let shown = '';
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(`<!doctype html><title>Elsewhere</title>${shown}`);
  }).listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    sameSite: `http://localhost:${port}/`,
    crossSite: `http://127.0.0.1:${port}/`,
    show: (html) => void (shown = html),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
