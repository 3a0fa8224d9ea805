import { isIPv4, isIPv6 } from 'node:net';
import type { Request } from 'express';

/**
 * The client's IP address as Express reports it, without a port. An IPv6 address is reduced to its /64, the least that
 * one household or attacker has. IPv4 addresses embedded in IPv6 count as IPv4.
 */
export function clientAddress(req: Request): string {
  const address = withoutPort(req.ip ?? '');
  if (!isIPv6(address)) return address;
  const groups = groupsOf(address);
  const embedded = embeddedIPv4(groups);
  return (
    embedded ??
    `${groups
      .slice(0, 4)
      .map((group) => group.toString(16))
      .join(':')}::/64`
  );
}

/**
 * Some proxies write `203.0.113.9:4711` or `[2001:db8::1]:4711` into X-Forwarded-For; the port differs per connection.
 */
function withoutPort(address: string): string {
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(address) ?? [];
  const [, dotted] = /^([\d.]+):\d+$/.exec(address) ?? [];
  if (bracketed !== undefined && isIPv6(bracketed)) return bracketed;
  return dotted !== undefined && isIPv4(dotted) ? dotted : address;
}

/** IPv4-mapped (`::ffff:0:0/96`), translated (`::ffff:0:0:0/96`) and NAT64 (`64:ff9b::/96`) addresses (RFC 4291, 2765, 6052). */
function embeddedIPv4(groups: readonly number[]): string | null {
  const prefix = groups
    .slice(0, 6)
    .map((group) => group.toString(16))
    .join(':');
  if (!['0:0:0:0:0:ffff', '0:0:0:0:ffff:0', '64:ff9b:0:0:0:0'].includes(prefix)) return null;
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 255])
    .join('.');
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): readonly number[] {
  const hex = (address.split('%')[0] ?? '').replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = '', tail = ''] = hex.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
}
