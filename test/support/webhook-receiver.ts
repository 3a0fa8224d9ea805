import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { waitUntil } from './wait-until.js';

export const webhookSecret = 'whsec_' + Buffer.from('a key of thirty-two characters !').toString('base64');
export const otherWebhookSecret = 'whsec_' + Buffer.from('another of thirty-two characters').toString('base64');

export interface Received {
  /** `webhook-id` */
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly timestamp: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly path: string;
}

/** A status, or a function for a receiver that does not answer normally. */
export type Answer = number | ((res: ServerResponse, req: IncomingMessage) => void);

export interface WebhookReceiver {
  readonly url: string;
  /** Deliveries with a valid signature, in order. */
  readonly received: readonly Received[];
  /** Deliveries without one. */
  readonly forged: readonly string[];
  /** Connections that were opened. */
  readonly connections: number;
  /** Sets the answers from now on, one by one; the last one repeats. */
  answer(...answers: Answer[]): void;
  /** Waits for this many deliveries in total, of one type if `type` is set. */
  until(howMany: number, type?: string): Promise<readonly Received[]>;
  close(): Promise<void>;
}

/** A receiver on loopback that verifies deliveries like any other, with the package `standardwebhooks`. */
export async function startWebhookReceiver(
  settings: { readonly secret?: string; readonly port?: number } = {},
): Promise<WebhookReceiver> {
  const webhook = new Webhook(settings.secret ?? webhookSecret);
  const received: Received[] = [];
  const forged: string[] = [];
  let answers: Answer[] = [204];
  let connections = 0;

  const server = createServer((req, res) => {
    const parts: Buffer[] = [];
    req.on('data', (part: Buffer) => parts.push(part));
    req.on('end', () => {
      const body = Buffer.concat(parts).toString();
      const headers = Object.fromEntries(Object.entries(req.headers).map(([name, value]) => [name, String(value)]));
      try {
        const { type, timestamp, data } = webhook.verify(body, headers) as Pick<
          Received,
          'type' | 'timestamp' | 'data'
        >;
        received.push({ id: headers['webhook-id']!, type, timestamp, data, headers, body, path: req.url ?? '' });
      } catch (error) {
        forged.push(`${String(error)}: ${body}`);
        res.writeHead(401).end();
        return;
      }
      const [next = 204] = answers.length > 1 ? answers.splice(0, 1) : answers;
      if (typeof next === 'number') res.writeHead(next).end();
      else next(res, req);
    });
  });
  server.on('connection', () => (connections += 1));
  server.listen(settings.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();

  const of = (type?: string): readonly Received[] => received.filter((one) => type === undefined || one.type === type);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=canary-of-the-address`,
    received,
    forged,
    get connections() {
      return connections;
    },
    answer: (...given) => (answers = given),
    until: (howMany, type) =>
      waitUntil(
        () => (of(type).length >= howMany ? of(type) : undefined),
        () => `${of(type).length} of ${howMany} came: ${JSON.stringify([received, forged])}`,
      ),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
