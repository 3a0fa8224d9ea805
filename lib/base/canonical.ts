import { domainToASCII } from 'node:url';

// Marks that are invisible or turn the writing direction: two names that differ only in them look the same.
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * The one form in which user names are stored and compared: NFKC, trimmed, lower case.
 * `null` for a name nobody may have: empty, longer than 150 characters, with blanks, `@` (an e-mail address
 * is looked up in another column), invisible or bidirectional marks, or scripts mixed within one name.
 */
export function canonicalUsername(typed: string): string | null {
  const name = typed.normalize('NFKC').trim().toLowerCase();
  if (name === '' || name.length > 150 || unseen.test(name) || /[\s@/\\<>"'`;,:?#[\]{}|^%&=+*()$!~]/u.test(name)) return null;
  if (/^[._-]|[._-]$/u.test(name) || mixesScripts(name)) return null;
  return name;
}

/**
 * The one form in which e-mail addresses are stored and compared: NFKC, lower case, domain in ASCII (IDNA).
 * Dots and plus tags are kept: only the mailbox's owner knows what they mean (RFC 5321, 2.3.11).
 * `null` for what is not an address or is longer than 254 characters (RFC 5321, 4.5.3.1.3).
 */
export function canonicalEmail(typed: string): string | null {
  const address = typed.normalize('NFKC').trim();
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at).toLowerCase();
  const domain = at < 1 ? '' : domainToASCII(address.slice(at + 1)).toLowerCase();
  if (local === '' || local.length > 64 || !/^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~.-]+$/u.test(local) || mixesScripts(local)) return null;
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return null;
  if (!/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(domain)) return null;
  const canonical = `${local}@${domain}`;
  return canonical.length > 254 ? null : canonical;
}

/** True when a name mixes Latin letters with Greek or Cyrillic ones, which look alike (Unicode TS 39, restriction level). */
function mixesScripts(text: string): boolean {
  return /\p{Script=Latin}/u.test(text) && /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Cherokee}\p{Script=Armenian}]/u.test(text);
}
