import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { RespCommands } from './resp-commands.js';

/** A proxy to a Redis that can inject faults. */
export interface TcpProxy {
  readonly port: number;
  readonly url: string;
  /** Connections that are open now. */
  connections(): number;
  /** How long each part of an answer is delayed from now on. */
  delay(milliseconds: number): void;
  /** While on, bytes are dropped silently in both directions; also on new connections. */
  blackhole(on: boolean): void;
  /** The current connections never deliver anything again and are never closed; later ones work. */
  strand(): void;
  /** Closes every connection; later ones work. */
  cut(): void;
  /** The port for connections that are opened from now on. */
  lead(port: number): void;
  /** Answers these commands (names in lower case) with an error instead of the server; none: the server answers all. */
  fail(names: readonly string[], error?: string): void;
  close(): Promise<void>;
}

interface Way {
  readonly near: Socket;
  readonly far: Socket;
  stranded: boolean;
}

/** No Redis has such a command: its error marks the position of an answer that the proxy replaces. */
const stranger = 'NOBODYS-COMMAND';
const strangerSent = Buffer.from(`*1\r\n$${stranger.length}\r\n${stranger}\r\n`);
const complaint = `-ERR unknown command '${stranger}', with args beginning with: \r\n`;

/** A proxy for a Redis at `target`, on its own loopback port. */
export async function tcpProxy(target: number): Promise<TcpProxy> {
  let held = 0;
  let swallows = false;
  let leadsTo = target;
  let failing: { readonly names: ReadonlySet<string>; readonly error: string } | null = null;
  const ways = new Set<Way>();
  const passes = (way: Way): boolean => !swallows && !way.stranded && !way.near.destroyed && !way.far.destroyed;
  const say = (way: Way, answer: Buffer): void => {
    if (passes(way)) way.near.write(answer);
  };

  const server = createServer((near) => {
    const far = connect(leadsTo, '127.0.0.1');
    const way: Way = { near, far, stranded: false };
    const commands = new RespCommands();
    let unsaid = '';
    let latest = 0;
    const waiting: { readonly answer: Buffer; readonly due: number }[] = [];
    ways.add(way);
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        if (way.stranded && socket === far) return;
        ways.delete(way);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (bytes) => {
      if (!passes(way)) return;
      for (const command of commands.take(bytes))
        far.write(failing?.names.has(command.name) === true ? strangerSent : command.bytes);
    });
    far.on('data', (bytes) => {
      unsaid += bytes.toString('latin1');
      const error = `-${failing?.error ?? 'ERR'}\r\n`;
      const text = unsaid.replaceAll(complaint, error);
      const kept = startOfComplaint(text);
      unsaid = text.slice(text.length - kept);
      const answer = Buffer.from(text.slice(0, text.length - kept), 'latin1');
      latest = Math.max(latest, performance.now() + held);
      waiting.push({ answer, due: latest });
      sayDue();
    });
    // In order, even after the delay was shortened and when timers are late: an answer never overtakes another.
    const sayDue = (): void => {
      for (let [first] = waiting; first !== undefined && first.due <= performance.now(); [first] = waiting) {
        waiting.shift();
        say(way, first.answer);
      }
      const [next] = waiting;
      if (next !== undefined) setTimeout(sayDue, Math.ceil(next.due - performance.now()));
    };
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const cut = (): void => {
    for (const { near, far } of ways) {
      near.destroy();
      far.destroy();
    }
  };
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    connections: () => ways.size,
    delay: (milliseconds) => void (held = milliseconds),
    blackhole: (on) => void (swallows = on),
    strand() {
      for (const way of ways) way.stranded = true;
    },
    cut,
    lead: (to) => void (leadsTo = to),
    fail: (names, error = '') => void (failing = names.length === 0 ? null : { names: new Set(names), error }),
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

/** How many characters at the end of `text` may be the beginning of that error when its rest is still to arrive. */
function startOfComplaint(text: string): number {
  for (let length = Math.min(text.length, complaint.length - 1); length > 0; length -= 1)
    if (complaint.startsWith(text.slice(-length))) return length;
  return 0;
}
