import { openOut } from './out-file.js';
import { printableJson } from './printable.js';
import type { Session } from './session.js';

/** Writes an export as a stream: to the named file, or else as the answer. */
export async function deliver(
  { output, terminal }: Session,
  texts: AsyncIterable<string>,
  out: string | undefined,
): Promise<void> {
  if (out === undefined) {
    for await (const text of texts) await output.raw(text);
    return;
  }
  const file = openOut(terminal, out);
  try {
    for await (const text of texts) file.write(text);
  } finally {
    file.close();
  }
}

/** Records as one JSON list, written as a stream. */
export async function* jsonList(records: AsyncIterable<object>): AsyncGenerator<string> {
  let first = true;
  for await (const record of records) {
    yield `${first ? '[' : ','}\n${printableJson(record)}`;
    first = false;
  }
  yield first ? '[]\n' : '\n]\n';
}
