/** True for an address whose part before the @ needs SMTPUTF8 (RFC 6531): no encoding in ASCII exists for it. */
export function needsUtf8(address: string): boolean {
  return /[^\x00-\x7f]/.test(address.slice(0, address.lastIndexOf('@')));
}
