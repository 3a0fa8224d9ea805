import type { Readable } from 'node:stream';

/** A message of nodemailer: the part that is used here. */
interface Message {
  messageId(): string;
  createReadStream(...args: readonly unknown[]): Readable;
}

/** Which messages the connection has begun to read: it does so once the server has asked for the data. */
export interface Progress {
  watch(message: object): void;
  isRead(messageId: string): boolean;
  forget(messageId: string): void;
}

export function createProgress(): Progress {
  const streams = new Map<string, Readable>();
  return {
    watch(message) {
      if (!isMessage(message)) return;
      const id = bare(message.messageId());
      const open = message.createReadStream.bind(message);
      message.createReadStream = (...args) => {
        // nodemailer's pool sends a message again whose connection ended before it; never one of which a byte was sent.
        if (streams.get(id)?.readableDidRead === true) throw new Error('the connection ended while the mail was sent');
        const stream = open(...args);
        streams.set(id, stream);
        return stream;
      };
    },
    isRead: (messageId) => streams.get(messageId)?.readableDidRead === true,
    forget: (messageId) => void streams.delete(messageId),
  };
}

/** The error, with what it means for the mail. A server's reply to a recipient or to the data says that it was refused. */
export function withDelivery(error: unknown, isRead: boolean): unknown {
  if (!(error instanceof Error)) return error;
  const code: unknown = Reflect.get(error, 'code');
  const responseCode: unknown = Reflect.get(error, 'responseCode');
  // RFC 4954, 6: authentication is required. Nothing was sent, and the settings are at fault, not the mail.
  if (responseCode === 530) return Object.assign(error, { delivery: 'temporary' });
  const isReply = (code === 'EENVELOPE' || code === 'EMESSAGE') && typeof responseCode === 'number';
  const delivery = isReply
    ? responseCode >= 500
      ? 'permanent'
      : 'temporary'
    : isRead
      ? 'unknown'
      : code === 'EMESSAGE' || code === 'EENVELOPE'
        ? 'permanent'
        : 'temporary';
  return Object.assign(error, { delivery });
}

function isMessage(value: object): value is Message {
  return 'messageId' in value && 'createReadStream' in value;
}

const bare = (messageId: string): string => messageId.replaceAll(/[<>\s]/g, '');
