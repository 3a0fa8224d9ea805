/** Reads and shows IP addresses as Python does. */

export function parseV4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null;
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

export function parseV6(text: string): bigint | null {
  const last = text.slice(text.lastIndexOf(':') + 1);
  const embedded = last.includes('.') ? parseV4(last) : null;
  if (last.includes('.') && embedded === null) return null;
  const plain =
    embedded === null
      ? text
      : `${text.slice(0, -last.length)}${(embedded >> 16n).toString(16)}:${(embedded & 0xffffn).toString(16)}`;
  const halves = plain.split('::');
  if (halves.length > 2) return null;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return null;
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

export function addressText(version: 4 | 6, bits: bigint): string {
  if (version === 4) return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join('.');
  if (isMapped(bits)) return `::ffff:${addressText(4, bits & 0xffffffffn)}`;
  const groups = Array.from({ length: 8 }, (_, index) => ((bits >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  const zeros = longestZeros(groups);
  if (zeros === null) return groups.join(':');
  return `${groups.slice(0, zeros.start).join(':')}::${groups.slice(zeros.end).join(':')}`;
}

function longestZeros(groups: readonly string[]): { readonly start: number; readonly end: number } | null {
  let best: { start: number; end: number } | null = null;
  let start = 0;
  for (let end = 0; end <= groups.length; end += 1) {
    if (groups[end] === '0') continue;
    if (end - start > 1 && (best === null || end - start > best.end - best.start)) best = { start, end };
    start = end + 1;
  }
  return best;
}

/** True for an IPv4 address that is written as IPv6, by RFC 4291. */
export function isMapped(bits: bigint): boolean {
  return bits >> 32n === 0xffffn;
}
