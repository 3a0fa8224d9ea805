import { Buffer } from 'node:buffer';
import { usage } from './terminal.js';

/** All bytes of standard input. */
export async function bytesOf(stdin: AsyncIterable<string | Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of stdin) parts.push(typeof part === 'string' ? Buffer.from(part) : part);
  return Buffer.concat(parts);
}

/** The first line of standard input, without its end. */
export async function firstLine(stdin: AsyncIterable<string | Uint8Array>): Promise<string> {
  const [line = ''] = utf8Of(await bytesOf(stdin), 'standard input').split(/\r?\n/);
  if (line.trim() === '') throw usage('nothing came in on standard input');
  return line;
}

/** Decodes UTF-8 bytes; a file in another encoding would yield wrong names. A byte order mark is removed. */
export function utf8Of(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw usage(`${name} is not in UTF-8: save it as "CSV UTF-8"`);
  }
}
