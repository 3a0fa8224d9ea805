import { parseV4, parseV6 } from './ip-text.js';

/** The ranges of IANA's registries, as CPython's `ipaddress` has them. */
const networks = {
  private4: [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.0.170/31',
    '192.0.2.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '240.0.0.0/4',
    '255.255.255.255/32',
  ],
  publicIn4: ['192.0.0.9/32', '192.0.0.10/32'],
  private6: [
    '::1/128',
    '::/128',
    '::ffff:0:0/96',
    '64:ff9b:1::/48',
    '100::/64',
    '2001::/23',
    '2001:db8::/32',
    '2002::/16',
    '3fff::/20',
    'fc00::/7',
    'fe80::/10',
  ],
  publicIn6: ['2001:1::1/128', '2001:1::2/128', '2001:3::/32', '2001:4:112::/48', '2001:20::/28', '2001:30::/28'],
  shared: ['100.64.0.0/10'],
  loopback: ['127.0.0.0/8', '::1/128'],
  linkLocal: ['169.254.0.0/16', 'fe80::/10'],
  multicast: ['224.0.0.0/4', 'ff00::/8'],
  reserved4: ['240.0.0.0/4'],
  reserved6: [
    '::/8',
    '100::/8',
    '200::/7',
    '400::/6',
    '800::/5',
    '1000::/4',
    '4000::/3',
    '6000::/3',
    '8000::/3',
    'a000::/3',
    'c000::/3',
    'e000::/4',
    'f000::/5',
    'f800::/6',
    'fe00::/9',
  ],
} as const;

type Kind = keyof typeof networks;

interface Range {
  readonly version: 4 | 6;
  readonly bits: bigint;
  readonly prefix: number;
}

const ranges = new Map(Object.entries(networks).map(([kind, list]) => [kind, list.map(rangeOf)]));

function rangeOf(text: string): Range {
  const [address = '', prefix] = text.split('/');
  const four = parseV4(address);
  return { version: four === null ? 6 : 4, bits: four ?? parseV6(address) ?? 0n, prefix: Number(prefix) };
}

/** True for an address, or for all of a network, within one of the ranges. */
export function isOfKind(kind: Kind, { version, bits, prefix }: Range): boolean {
  const size = version === 4 ? 32 : 128;
  return (ranges.get(kind) ?? []).some((range) => {
    const shift = BigInt(size - range.prefix);
    return range.version === version && prefix >= range.prefix && bits >> shift === range.bits >> shift;
  });
}

export function isPrivate(range: Range): boolean {
  const { version } = range;
  return (
    isOfKind(version === 4 ? 'private4' : 'private6', range) &&
    !isOfKind(version === 4 ? 'publicIn4' : 'publicIn6', range)
  );
}
