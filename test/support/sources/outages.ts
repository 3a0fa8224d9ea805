import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SourceReason } from '../../../lib/sources/reasons.js';
import type { Endpoint, Mischief } from '../hostile-provider.js';

export type Answer = (res: ServerResponse, req: IncomingMessage) => void;

export interface Outage {
  readonly answer: Answer;
  readonly reason: SourceReason;
}

const chunk = Buffer.alloc(64 * 1024, ' ');

/** Ten megabytes, as fast as the reader reads; ends when the reader stops. */
function pour(res: ServerResponse): void {
  let left = 160;
  const more = (): void => {
    for (; left > 0; left -= 1) if (!res.write(chunk)) return;
    res.end();
  };
  res.on('drain', () => {
    left -= 1;
    more();
  });
  res.writeHead(200, { 'content-type': 'application/json' });
  more();
}

function drip(res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => res.write(' '), 20);
  res.on('close', () => clearInterval(timer));
}

const destroy: Answer = (_res, req) => void req.socket.destroy();
const elsewhere: Answer = (res, req) => void res.writeHead(302, { location: `${req.url ?? ''}?followed` }).end();

/** The faults that any request to a provider may meet. */
export const outages: Readonly<Record<string, Outage>> = {
  'breaks the connection': { answer: destroy, reason: 'provider.away' },
  'never answers': { answer: () => undefined, reason: 'provider.slow' },
  'answers 500': { answer: (res) => void res.writeHead(500).end('<h1>Oops</h1>'), reason: 'provider.away' },
  redirects: { answer: elsewhere, reason: 'provider.redirects' },
  'answers drop by drop': { answer: drip, reason: 'provider.slow' },
  'answers ten megabytes': { answer: pour, reason: 'provider.too_large' },
};

export const endpoints: readonly Endpoint[] = ['discovery', 'token', 'keys', 'userinfo'];

const nameOf: Readonly<Record<Exclude<Endpoint, 'discovery'>, string>> = {
  token: 'token_endpoint',
  keys: 'jwks_uri',
  userinfo: 'userinfo_endpoint',
};

/** A discovery document that names an endpoint without a listener. */
export function refusedAt(endpoint: Exclude<Endpoint, 'discovery'>, port: number): Mischief {
  return {
    discovery: (description) => ({ ...description, [nameOf[endpoint]]: `http://127.0.0.1:${String(port)}/` }),
  };
}
