import { displayText } from './display-text.js';

/**
 * What mail programs make a link of: a scheme, a host with its domain, an address; what they decode first, an encoded
 * word of a header (RFC 2047); and what browsers decode. Every part is short: it is linear.
 */
const linkLike =
  /@|=\?|%(?:2[ef]|3a|40)|[\p{L}\p{N}]:\S|[/\\]{2}|www[.。]|[\p{L}\p{N}-]{2}[.。]\p{L}{2}|\d[.。]\d{1,3}[.。]\d{1,3}[.。]\d/iu;
/** A host of one letter. In capitals it is an initial: `J.Smith`. */
const shortHost = /(?<![\p{L}\p{N}])[\p{L}\p{N}][.。]\p{Ll}{2}/u;
const longestRead = 4000;
/** Lone surrogates are dropped where a name is shown. */
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Cs}]/gu;

/** True for a text that a mail program shows as a link or an address, whatever it was meant as. */
export function isLinkLike(text: string): boolean {
  // What is far too long is refused or cut elsewhere.
  const read = text.slice(0, longestRead).normalize('NFKC').replace(unseen, '');
  return linkLike.test(read) || shortHost.test(read);
}

/**
 * A name as mails say it: one line, at most `longest` UTF-16 units. `null` where it looks like a link or an address: a
 * name that somebody chose must not be a message of its own, sent by the app (CWE-451).
 */
export function mailedName(name: string, longest: number): string | null {
  const said = displayText(name, longest);
  return said === null || isLinkLike(name) || isLinkLike(said) ? null : said;
}
