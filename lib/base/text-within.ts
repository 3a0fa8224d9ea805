/** The text of an answer of at most `mostBytes`; `null`: it is longer, and no more of it is read. */
export async function textWithin(response: Response, mostBytes: number): Promise<string | null> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  const body: AsyncIterable<unknown> | null = response.body;
  for await (const part of body ?? []) {
    if (!ArrayBuffer.isView(part)) continue;
    // Counted as received, decompressed: a missing length or a compressed size proves nothing.
    bytes += part.byteLength;
    if (bytes > mostBytes) return null;
    text += decoder.decode(Buffer.from(part.buffer, part.byteOffset, part.byteLength), { stream: true });
  }
  return text + decoder.decode();
}
