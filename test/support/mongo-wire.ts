import { mongo } from 'mongoose';

const { BSON } = mongo;
export type Document = Record<string, unknown>;

/** A command as received, and the function that encodes its answer. */
export interface MongoCall {
  readonly command: Document;
  reply(answer: Document): Buffer;
}

const opReply = 1;
const opQuery = 2004;
const opMsg = 2013;

/** Reads whole messages of MongoDB's wire protocol from the bytes of a connection. */
export class MongoMessages {
  #bytes = Buffer.alloc(0);

  push(chunk: Buffer): MongoCall[] {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const calls: MongoCall[] = [];
    while (this.#bytes.length >= 16 && this.#bytes.length >= this.#bytes.readInt32LE(0)) {
      const length = this.#bytes.readInt32LE(0);
      calls.push(callOf(this.#bytes.subarray(0, length)));
      this.#bytes = this.#bytes.subarray(length);
    }
    return calls;
  }
}

function callOf(message: Buffer): MongoCall {
  const [id, kind] = [message.readInt32LE(4), message.readInt32LE(12)];
  if (kind === opMsg) return { command: sectionsOf(message), reply: (answer) => msgReply(id, answer) };
  if (kind === opQuery) {
    // Only a driver's first greeting has the old format: flags, collection, skip, limit, document.
    const document = message.indexOf(0, 20) + 1 + 8;
    return { command: read(message.subarray(document)), reply: (answer) => oldReply(id, answer) };
  }
  throw new Error(`no message of kind ${kind} is understood here`);
}

/** The body of an OP_MSG, with its document sequences inserted as fields. */
function sectionsOf(message: Buffer): Document {
  const command: Document = {};
  for (let at = 20; at < message.length;) {
    const kind = message.readUInt8(at);
    const size = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + size);
    if (kind === 0) Object.assign(command, read(section));
    else {
      const nameEnd = section.indexOf(0, 4);
      const documents: Document[] = [];
      for (let place = nameEnd + 1; place < section.length; place += section.readInt32LE(place))
        documents.push(read(section.subarray(place)));
      command[section.toString('utf8', 4, nameEnd)] = documents;
    }
    at += 1 + size;
  }
  return command;
}

function read(bytes: Buffer): Document {
  return BSON.deserialize(bytes.subarray(0, bytes.readInt32LE(0)));
}

function msgReply(to: number, answer: Document): Buffer {
  return framed(to, opMsg, Buffer.concat([Buffer.alloc(5), BSON.serialize(answer)]));
}

function oldReply(to: number, answer: Document): Buffer {
  const head = Buffer.alloc(20);
  head.writeInt32LE(1, 16);
  return framed(to, opReply, Buffer.concat([head, BSON.serialize(answer)]));
}

function framed(to: number, kind: number, body: Buffer): Buffer {
  const head = Buffer.alloc(16);
  for (const [index, value] of [16 + body.length, 0, to, kind].entries()) head.writeInt32LE(value, index * 4);
  return Buffer.concat([head, body]);
}
