import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitUntil } from '../wait-until.js';

export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** 0 until the server has answered. */
  readonly status: number;
  /** True when the browser closed the connection before it had the answer. */
  readonly dropped: boolean;
}

/** A proxy between browser and server: it records the actual requests and can delay answers. */
export interface Observer {
  /** The URL for browsers, and the `BASE_URL` of the server. */
  readonly url: string;
  readonly seen: readonly Exchange[];
  posts(): readonly Exchange[];
  /** From now on forwards requests to this loopback port. */
  lookAt(port: number): void;
  forget(): void;
  /** Delays the answers to POSTs until the server has answered this many POSTs. */
  holdUntil(posts: number): void;
  /** Resolves when this many POSTs have arrived. */
  arrived(posts: number): Promise<void>;
  close(): void;
}

type Noted = { -readonly [Key in keyof Exchange]: Exchange[Key] };

export async function openObserver(): Promise<Observer> {
  let seen: Noted[] = [];
  let target = 0;
  let wanted = 0;
  let held: (() => void)[] = [];
  const posts = (): Noted[] => seen.filter(({ method }) => method === 'POST');

  function release(): void {
    if (posts().filter(({ status }) => status > 0).length < wanted) return;
    for (const go of held.splice(0)) go();
  }

  function pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = '', url = '', headers } = incoming;
    const noted: Noted = { method, path: url, status: 0, dropped: false };
    seen.push(noted);
    outgoing.once('close', () => (noted.dropped = !outgoing.writableFinished));
    const onward = request({ host: 'localhost', port: target, method, path: url, headers, agent: false }, (answer) => {
      noted.status = answer.statusCode ?? 0;
      const send = (): void => {
        outgoing.writeHead(noted.status, answer.rawHeaders);
        answer.pipe(outgoing);
      };
      if (method === 'POST') held.push(send);
      else send();
      release();
    });
    onward.once('error', () => outgoing.destroy());
    incoming.pipe(onward);
  }

  const server = createServer(pass).listen(0);
  await once(server, 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    get seen() {
      return seen;
    },
    posts,
    lookAt: (port) => void (target = port),
    forget() {
      seen = [];
      wanted = 0;
      held = [];
    },
    holdUntil: (count) => void (wanted = count),
    async arrived(count) {
      await waitUntil(
        () => (posts().length >= count ? true : undefined),
        () => `${count} POSTs were waited for; there came: ${JSON.stringify(seen)}`,
      );
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
