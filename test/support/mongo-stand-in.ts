import { createServer, type Server, type Socket, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { DuplicateKey, MongoCollection } from './mongo-collection.js';
import { projected } from './mongo-documents.js';
import { MongoMessages, type Document } from './mongo-wire.js';

/** The server for Mongoose when there is no MongoDB: its wire protocol, a few commands and unique keys, in memory. */
export interface MongoStandIn {
  readonly url: string;
  /**
   * From now on connections break before their command is executed (`before`), or after it and without an answer
   * (`after`).
   */
  breakAt(command: string, when: 'before' | 'after'): void;
  stop(): Promise<void>;
}

const greeting = {
  ismaster: true,
  isWritablePrimary: true,
  helloOk: true,
  maxBsonObjectSize: 16 * 1024 * 1024,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  minWireVersion: 0,
  maxWireVersion: 21,
  readOnly: false,
  ok: 1,
};

export async function startMongoStandIn(): Promise<MongoStandIn> {
  const collections = new Map<string, MongoCollection>();
  const sockets = new Set<Socket>();
  const breaks = new Map<string, 'before' | 'after'>();

  const collectionOf = (command: Document, name: string): MongoCollection => {
    const path = `${String(command['$db'])}.${String(command[name])}`;
    const collection = collections.get(path) ?? new MongoCollection();
    collections.set(path, collection);
    return collection;
  };

  const server: Server = createServer((socket) => {
    const messages = new MongoMessages();
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      for (const { command, reply } of messages.push(chunk)) {
        const [name = ''] = Object.keys(command);
        const break_ = breaks.get(name);
        if (break_ !== undefined) breaks.delete(name);
        if (break_ === 'before') return void socket.destroy();
        const answer = answered(name, command, () => collectionOf(command, name));
        if (break_ === 'after') return void socket.destroy();
        socket.write(reply(answer));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `mongodb://127.0.0.1:${(server.address() as AddressInfo).port}/app`,
    breakAt: (command, when) => void breaks.set(command, when),
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

function answered(name: string, command: Document, collection: () => MongoCollection): Document {
  try {
    switch (name) {
      case 'hello':
      case 'ismaster':
      case 'isMaster':
        return greeting;
      case 'ping':
      case 'endSessions':
      case 'create':
        return { ok: 1 };
      case 'createIndexes':
        for (const index of command['indexes'] as Document[]) collection().createIndex(index);
        return { ok: 1 };
      case 'insert':
        return written(command['documents'] as Document[], (document) => {
          collection().insert(document);
          return { n: 1 };
        });
      case 'update':
        return written(command['updates'] as { q: Document; u: Document }[], ({ q, u }) => {
          const done = collection().update(q, u);
          return { n: done === null ? 0 : 1, nModified: done === null ? 0 : 1 };
        });
      case 'delete':
        return written(command['deletes'] as { q: Document; limit: number }[], ({ q, limit }) => ({
          n: collection().delete(q, limit === 0),
        }));
      case 'findAndModify': {
        const done = collection().update(command['query'] as Document, command['update'] as Document);
        const whole = command['new'] === true ? done?.after : done?.before;
        const value = whole === undefined ? null : projected(whole, command['fields'] as Document | undefined);
        return { value, lastErrorObject: { n: value === null ? 0 : 1, updatedExisting: value !== null }, ok: 1 };
      }
      case 'find': {
        const all = collection().find(command['filter'] as Document, command['projection'] as Document | undefined);
        const limit = Number(command['limit'] ?? 0);
        const firstBatch = limit === 0 ? all : all.slice(0, Math.abs(limit));
        return { cursor: { id: 0n, ns: `${String(command['$db'])}.${String(command['find'])}`, firstBatch }, ok: 1 };
      }
      default:
        return { ok: 0, code: 59, codeName: 'CommandNotFound', errmsg: `no such command here: ${name}` };
    }
  } catch (error) {
    const code = error instanceof DuplicateKey ? error.code : 2;
    return { ok: 0, code, errmsg: error instanceof Error ? error.message : 'failed' };
  }
}

/** The answer to a list of writes: they stop at the first that violates a unique key. */
function written<T>(
  writes: readonly T[],
  write: (each: T) => { readonly n: number; readonly nModified?: number },
): Document {
  const total = { n: 0, nModified: 0 };
  for (const [index, each] of writes.entries()) {
    try {
      const { n, nModified = 0 } = write(each);
      total.n += n;
      total.nModified += nModified;
    } catch (error) {
      if (!(error instanceof DuplicateKey)) throw error;
      return { ...total, writeErrors: [{ index, code: error.code, errmsg: error.message }], ok: 1 };
    }
  }
  return { ...total, ok: 1 };
}
