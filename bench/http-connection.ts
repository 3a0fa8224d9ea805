import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  /** Status line and headers as received. */
  readonly head: string;
  readonly body: Buffer;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

const headEnd = '\r\n\r\n';
const answerSeconds = 10;

function unchunked(received: Buffer, from: number): Buffer | null {
  const parts: Buffer[] = [];
  for (let at = from; ;) {
    const lineEnd = received.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = parseInt(received.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (received.length < next) return null;
    if (size === 0) return Buffer.concat(parts);
    parts.push(received.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}

function readAnswer(received: Buffer): Answer | null {
  const end = received.indexOf(headEnd);
  if (end < 0) return null;
  const head = received.toString('latin1', 0, end + 2);
  const from = end + headEnd.length;
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1];
  const body = length === undefined ? unchunked(received, from) : received.subarray(from, from + Number(length));
  if (body === null || (length !== undefined && body.length < Number(length))) return null;
  return { status: Number(head.slice(9, 12)), head, body };
}

/**
 * One keep-alive connection, one request at a time. Written on the socket because the driver shares its core with
 * Redis: an ordinary HTTP client costs more than the servers that it measures.
 */
export class HttpConnection {
  readonly host: string;
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #waiting: Waiting | null = null;

  private constructor(host: string, socket: Socket) {
    this.host = host;
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setTimeout(answerSeconds * 1000, () => this.#fail(new Error(`no answer within ${answerSeconds} s`)));
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  static async open(port: number): Promise<HttpConnection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new HttpConnection(`127.0.0.1:${port}`, socket);
  }

  send(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const answer = readAnswer(this.#received);
    if (answer === null) return;
    this.#received = Buffer.alloc(0);
    this.#waiting?.resolve(answer);
    this.#waiting = null;
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = null;
    this.#socket.destroy();
  }
}
