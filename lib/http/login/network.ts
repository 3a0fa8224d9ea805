import type { Request } from 'express';
import { clientAddress } from '../app-hooks.js';

/** The network of a request: the /24 of an IPv4 address, the /64 of an IPv6 address. */
export function networkOf(req: Request): string {
  const address = clientAddress(req);
  return address.includes(':') ? address : `${address.replace(/\.\d+$/, '.0')}/24`;
}
