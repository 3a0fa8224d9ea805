import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { reprOf, textOf } from '../values/protocols.js';
import { integerOf, isInteger, isObject } from '../values/type-of.js';
import type { PyClass, Slots } from '../values/class.js';
import type { PyModule, Value } from '../values/value.js';
import { builtin, builtins, defineClass } from '../types/define.js';
import { exceptionClasses } from '../types/exceptions.js';
import { isTrue } from '../values/protocols.js';
import { isOfKind, isPrivate } from './ip-kinds.js';
import { addressText, isMapped, parseV4, parseV6 } from './ip-text.js';
import type { PyAddress, PyNetwork } from './ip-values.js';

function isAddress(value: Value): value is PyAddress {
  return isObject(value) && value.type === 'ipaddress';
}

function isNetwork(value: Value): value is PyNetwork {
  return isObject(value) && value.type === 'ipnetwork';
}

/** The address of a text; `null`: it is none. */
export function readAddress(text: string): PyAddress | null {
  const four = parseV4(text);
  if (four !== null) return { type: 'ipaddress', version: 4, bits: four };
  const six = text.length > 60 ? null : parseV6(text);
  return six === null ? null : { type: 'ipaddress', version: 6, bits: six };
}

/** @throws ValueError of Python */
function toAddress(m: Machine, value: Value): PyAddress {
  if (isAddress(value)) return value;
  if (isInteger(value)) {
    const bits = integerOf(value);
    if (bits >= 0n && bits < 1n << 128n) return { type: 'ipaddress', version: bits < 1n << 32n ? 4 : 6, bits };
  }
  const found = typeof value === 'string' ? readAddress(value) : null;
  return (
    found ?? raise(m, 'ValueError', `${reprOf(m, value).slice(0, 80)} does not appear to be an IPv4 or IPv6 address`)
  );
}

/** @throws ValueError of Python */
function toNetwork(m: Machine, value: Value, isStrict: boolean): PyNetwork {
  if (isNetwork(value)) return value;
  const text = textOf(m, value);
  const [base = '', prefix, ...more] = text.split('/');
  const address = more.length > 0 ? null : readAddress(base);
  const bits = address === null ? null : prefixOf(prefix, address.version);
  if (address === null || bits === null)
    return raise(m, 'ValueError', `${reprOf(m, text).slice(0, 80)} does not appear to be an IPv4 or IPv6 network`);
  const size = address.version === 4 ? 32 : 128;
  const shift = BigInt(size - bits);
  const first = (address.bits >> shift) << shift;
  if (isStrict && first !== address.bits) return raise(m, 'ValueError', `${text} has host bits set`);
  return { type: 'ipnetwork', version: address.version, bits: first, prefix: bits };
}

function prefixOf(text: string | undefined, version: 4 | 6): number | null {
  const size = version === 4 ? 32 : 128;
  if (text === undefined) return size;
  if (/^\d{1,3}$/.test(text)) return Number(text) <= size ? Number(text) : null;
  const mask = version === 4 ? parseV4(text) : null;
  if (mask === null) return null;
  const digits = mask.toString(2).padStart(32, '0');
  if (/^1*0*$/.test(digits)) return digits.indexOf('0') < 0 ? 32 : digits.indexOf('0');
  return /^0*1*$/.test(digits) ? digits.indexOf('1') : null;
}

function last({ version, bits, prefix }: PyNetwork): bigint {
  return bits | ((1n << BigInt((version === 4 ? 32 : 128) - prefix)) - 1n);
}

function includesAddress(network: PyNetwork, { version, bits }: PyAddress): boolean {
  return version === network.version && bits >= network.bits && bits <= last(network);
}

/** The address as a range of its own. A mapped one is what its IPv4 address is. */
function whole({ version, bits }: PyAddress): {
  readonly version: 4 | 6;
  readonly bits: bigint;
  readonly prefix: number;
} {
  if (version === 6 && isMapped(bits)) return { version: 4, bits: bits & 0xffffffffn, prefix: 32 };
  return { version, bits, prefix: version === 4 ? 32 : 128 };
}

function compareTo(m: Machine, operator: string, self: PyAddress | PyNetwork, other: PyAddress | PyNetwork): boolean {
  if (self.version !== other.version) raise(m, 'TypeError', 'the two are not of the same version');
  const [one, another] = [self.bits, other.bits];
  if (one === another && isNetwork(self) && isNetwork(other)) {
    const apart = self.prefix - other.prefix;
    return operator === '<' ? apart < 0 : operator === '<=' ? apart <= 0 : operator === '>' ? apart > 0 : apart >= 0;
  }
  return operator === '<'
    ? one < another
    : operator === '<='
      ? one <= another
      : operator === '>'
        ? one > another
        : one >= another;
}

const addressSlots: Slots<PyAddress> = {
  text: (_, self) => addressText(self.version, self.bits),
  repr: (_, self) => `IPv${self.version}Address('${addressText(self.version, self.bits)}')`,
  equals: (_, self, other) => (isAddress(other) ? self.version === other.version && self.bits === other.bits : null),
  order: (m, operator, self, other) => (isAddress(other) ? compareTo(m, operator, self, other) : null),
  hash: (_, self) => `i${self.version}:${self.bits}`,
  binary(m, operator, self, other) {
    if (!isInteger(other) || (operator !== '+' && operator !== '-')) return undefined;
    const bits = operator === '+' ? self.bits + integerOf(other) : self.bits - integerOf(other);
    if (bits < 0n || bits >= 1n << (self.version === 4 ? 32n : 128n))
      return raise(m, 'AddressValueError', `${bits} is not permitted`);
    return { ...self, bits };
  },
};

const addressClass = defineClass<PyAddress>({
  name: 'IPAddress',
  is: isAddress,
  slots: addressSlots,
  properties: {
    version: (_, self) => BigInt(self.version),
    compressed: (_, self) => addressText(self.version, self.bits),
    max_prefixlen: (_, self) => (self.version === 4 ? 32n : 128n),
    is_private: (_, self) => isPrivate(whole(self)),
    is_global: (_, self) => !isPrivate(whole(self)) && !isOfKind('shared', whole(self)),
    is_loopback: (_, self) => isOfKind('loopback', whole(self)),
    is_link_local: (_, self) => isOfKind('linkLocal', whole(self)),
    is_multicast: (_, self) => isOfKind('multicast', whole(self)),
    is_reserved: (_, self) => isOfKind(whole(self).version === 4 ? 'reserved4' : 'reserved6', whole(self)),
    is_unspecified: (_, self) => whole(self).bits === 0n,
  },
});

const networkText = (self: PyNetwork): string => `${addressText(self.version, self.bits)}/${self.prefix}`;

const networkClass = defineClass<PyNetwork>({
  name: 'IPNetwork',
  is: isNetwork,
  slots: {
    text: (_, self) => networkText(self),
    repr: (_, self) => `IPv${self.version}Network('${networkText(self)}')`,
    truth: () => true,
    equals: (_, self, other) =>
      isNetwork(other)
        ? self.version === other.version && self.bits === other.bits && self.prefix === other.prefix
        : null,
    order: (m, operator, self, other) => (isNetwork(other) ? compareTo(m, operator, self, other) : null),
    hash: (_, self) => `k${self.version}:${self.bits}:${self.prefix}`,
    contains: (_, self, item) => isAddress(item) && includesAddress(self, item),
  },
  methods: {
    overlaps: [
      'other',
      (m, self, [other = null]) => {
        const another = toNetwork(m, other, true);
        return self.version === another.version && self.bits <= last(another) && another.bits <= last(self);
      },
    ],
    subnet_of: ['other', (m, self, [other = null]) => isSubnet(m, self, toNetwork(m, other, true))],
    supernet_of: ['other', (m, self, [other = null]) => isSubnet(m, toNetwork(m, other, true), self)],
  },
  properties: {
    version: (_, self) => BigInt(self.version),
    prefixlen: (_, self) => BigInt(self.prefix),
    with_prefixlen: (_, self) => networkText(self),
    compressed: (_, self) => networkText(self),
    network_address: (_, self) => ({ type: 'ipaddress', version: self.version, bits: self.bits }),
    broadcast_address: (_, self) => ({ type: 'ipaddress', version: self.version, bits: last(self) }),
    num_addresses: (_, self) => last(self) - self.bits + 1n,
    max_prefixlen: (_, self) => (self.version === 4 ? 32n : 128n),
    is_private: (_, self) => isPrivate(self),
    is_global: (_, self) => !isPrivate(self) && !isOfKind('shared', self),
    is_loopback: (_, self) => isOfKind('loopback', self),
    is_link_local: (_, self) => isOfKind('linkLocal', self),
    is_multicast: (_, self) => isOfKind('multicast', self),
    is_reserved: (_, self) => isOfKind(self.version === 4 ? 'reserved4' : 'reserved6', self),
    is_unspecified: (_, self) => last(self) === 0n,
  },
});

function isSubnet(m: Machine, inner: PyNetwork, outer: PyNetwork): boolean {
  if (inner.version !== outer.version) return raise(m, 'TypeError', 'the two are not of the same version');
  return outer.bits <= inner.bits && last(outer) >= last(inner);
}

export const ipaddressClasses: ReadonlyMap<string, PyClass> = new Map([
  ['ipaddress', addressClass],
  ['ipnetwork', networkClass],
]);

/** `ip_address` and `ip_network`, which expressions also have without an import. */
export const addressFunctions = {
  ip_address: builtin('ip_address', 'address', (m, [address = null]) => toAddress(m, address)),
  ip_network: builtin('ip_network', 'address, strict=', (m, [address = null, strict = true]) =>
    toNetwork(m, address, isTrue(m, strict)),
  ),
};

export const ipaddressModule: PyModule = {
  type: 'module',
  name: 'ipaddress',
  members: new Map<string, Value>([
    ...Object.entries(addressFunctions),
    ...builtins({
      IPv4Address: ['address', (m, [address = null]) => ofVersion(m, toAddress(m, address), 4)],
      IPv6Address: ['address', (m, [address = null]) => ofVersion(m, toAddress(m, address), 6)],
      IPv4Network: [
        'address, strict=',
        (m, [address = null, strict = true]) => ofVersion(m, toNetwork(m, address, isTrue(m, strict)), 4),
      ],
      IPv6Network: [
        'address, strict=',
        (m, [address = null, strict = true]) => ofVersion(m, toNetwork(m, address, isTrue(m, strict)), 6),
      ],
    }),
    ['AddressValueError', exceptionClasses.get('AddressValueError') ?? null],
    ['NetmaskValueError', exceptionClasses.get('NetmaskValueError') ?? null],
  ]),
};

function ofVersion<T extends PyAddress | PyNetwork>(m: Machine, found: T, version: 4 | 6): T {
  return found.version === version ? found : raise(m, 'AddressValueError', `expected an IPv${version} address`);
}
