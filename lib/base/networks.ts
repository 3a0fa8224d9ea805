import { BlockList, isIP } from 'node:net';

/** True for an IP address within a network in CIDR notation. @throws for what is no address, or no network */
export function isInNetwork(address: string, network: string): boolean {
  const list = new BlockList();
  addNetwork(list, network);
  return isListed(list, address);
}

/** @throws for anything but `192.0.2.0/24`, `2001:db8::/32` or a single address */
export function addNetwork(list: BlockList, network: string): void {
  const [address = '', prefix, ...more] = network.split('/');
  const family = isIP(address);
  const longest = family === 6 ? 128 : 32;
  const bits = prefix === undefined ? longest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  if (family === 0 || more.length > 0 || bits < 0 || bits > longest) throw new Error(`'${network}' is not a network`);
  list.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * An address with a prefix, such as the key of an IPv6 client (`2001:db8::/64`), counts as its first address.
 * @throws for what is no address: "not in this network" must not hold for any text
 */
export function isListed(list: BlockList, address: string): boolean {
  const [bare = ''] = address.split('/');
  const family = isIP(bare);
  if (family === 0) throw new Error(`'${address}' is not an address`);
  return list.check(bare, family === 6 ? 'ipv6' : 'ipv4');
}
