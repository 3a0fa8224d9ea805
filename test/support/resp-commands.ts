/** One command as a client sent it: its name in lower case, and its bytes. */
export interface RespCommand {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Splits the bytes of a Redis client into commands, however they were chunked. */
export class RespCommands {
  #rest: Buffer = Buffer.alloc(0);

  /** Returns the commands that are complete; the rest waits for more bytes. */
  take(bytes: Buffer): readonly RespCommand[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const found: RespCommand[] = [];
    for (let command = first(this.#rest); command !== null; command = first(this.#rest)) {
      found.push(command);
      this.#rest = this.#rest.subarray(command.bytes.length);
    }
    return found;
  }
}

/** `*<count>`, and then repeatedly `$<length>` and that many bytes. */
function first(bytes: Buffer): RespCommand | null {
  const head = lineAt(bytes, 0, '*');
  if (head === null) return null;
  let { end } = head;
  let name = '';
  for (let index = 0; index < head.number; index += 1) {
    const length = lineAt(bytes, end, '$');
    if (length === null || bytes.length < length.end + length.number + 2) return null;
    if (index === 0) name = bytes.toString('latin1', length.end, length.end + length.number).toLowerCase();
    end = length.end + length.number + 2;
  }
  return { name, bytes: bytes.subarray(0, end) };
}

function lineAt(
  bytes: Buffer,
  from: number,
  mark: '*' | '$',
): { readonly number: number; readonly end: number } | null {
  const newline = bytes.indexOf('\r\n', from);
  if (newline === -1) return null;
  const line = bytes.toString('latin1', from, newline);
  if (!line.startsWith(mark)) throw new Error(`not a command of a Redis client: ${line.slice(0, 40)}`);
  return { number: Number(line.slice(1)), end: newline + 2 };
}
