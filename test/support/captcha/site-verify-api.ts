import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CaptchaFetch } from '../../../lib/captcha/site-verify.js';

type Answer = (res: ServerResponse, sent: URLSearchParams) => void;

/** An imitation of the providers' `siteverify` on loopback: it answers what a test says. */
export interface SiteVerifyApi {
  /** Sends requests for the providers' addresses here. */
  readonly fetch: CaptchaFetch;
  /** What was asked: the provider's address, and the fields. */
  readonly asked: { readonly url: string; readonly fields: Readonly<Record<string, string>> }[];
  answer: Answer;
  close(): Promise<void>;
}

export const json =
  (body: unknown, status = 200): Answer =>
  (res) => {
    res.writeHead(status, { 'Content-Type': 'application/json' });
    res.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

export async function siteVerifyApi(): Promise<SiteVerifyApi> {
  const server = createServer((req, res) => void receive(req, res));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const api: SiteVerifyApi = {
    asked: [],
    answer: json({ success: false }),
    fetch(url, init) {
      const headers = new Headers(init.headers);
      headers.set('x-url', url);
      return fetch(`http://127.0.0.1:${String(port)}/`, { ...init, headers });
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await Promise.resolve();
    },
  };
  async function receive(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const parts: string[] = [];
    for await (const part of req) parts.push(String(part));
    const sent = new URLSearchParams(parts.join(''));
    api.asked.push({ url: String(req.headers['x-url']), fields: Object.fromEntries(sent) });
    api.answer(res, sent);
  }
  return api;
}
