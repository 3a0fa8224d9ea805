import { BlockList } from 'node:net';
import { addNetwork, isListed } from '../base/networks.js';

const privateNetworks = networks(
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
);
/** IANA's special-purpose registries, as far as they are not global. */
const specialNetworks = networks(
  '0.0.0.0/8',
  '100.64.0.0/10',
  '192.0.2.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '::/128',
  '2001:db8::/32',
  'ff00::/8',
);

/** @throws for a text that is no network */
export function networks(...listed: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of listed) addNetwork(list, network);
  return list;
}

/** @throws for a text that is no address, as `isGlobal` does */
export function isPrivate(address: string): boolean {
  return isListed(privateNetworks, address);
}

export function isGlobal(address: string): boolean {
  return !isListed(privateNetworks, address) && !isListed(specialNetworks, address);
}
