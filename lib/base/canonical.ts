import { domainToASCII } from 'node:url';
import { ofOneScript } from './one-script.js';

const longestName = 150;
const longestAddress = 254;
const longestMailbox = 64;

// Invisible letters and marks: two names that differ only in them look the same.
const unseen = /\p{Default_Ignorable_Code_Point}/u;

// Names and addresses of plain ASCII in their canonical form already: the checks below cost fifty times as much.
const plainName = /^[a-z0-9](?:[a-z0-9._-]{0,148}[a-z0-9])?$/;
const plainAddress =
  /^(?=.{6,64}$)[a-z0-9]+(?:[._+-][a-z0-9]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+(?!localhost$)[a-z]{2,}$/;

/**
 * The one form in which user names are stored and compared: NFKC, trimmed, lower case, without the dot above `i` and `j`
 * that lower case makes of `İ`.
 * `null` for a forbidden name: empty, longer than 150 characters, anything but letters, their marks, digits, dots,
 * dashes and underscores (so no blanks, no `@`, no invisible or bidirectional marks), a first character that is no letter
 * or digit, a last one that is a dot, dash or underscore, letters of several scripts (see `ofOneScript`), or marks heaped
 * upon each other.
 */
export function canonicalUsername(typed: string): string | null {
  if (plainName.test(typed)) return typed;
  // What is far too long is not even normalised: that takes longer than linear time for marks in the wrong order.
  if (typed.length > 4 * longestName) return null;
  const folded = typed.normalize('NFKC').trim().toLowerCase();
  const name = folded.replace(/([ij])\u0307+/g, '$1').normalize('NFKC');
  if (name.length > longestName || !/^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}._-]*$/u.test(name) || /[._-]$/.test(name))
    return null;
  if (unseen.test(name) || !ofOneScript(name)) return null;
  // A dotless letter with a dot looks like a plain one (Unicode TS 39, 5.4: so do marks in heaps).
  return /[ıȷ]\u0307|\p{Script=Inherited}{3}/u.test(name) ? null : name;
}

/**
 * The one form in which email addresses are stored and compared: NFKC, lower case, domain in ASCII (IDNA).
 * Dots and plus tags are kept: only the mailbox's owner knows what they mean (RFC 5321, 2.3.11).
 * `null` for what is not an address on the internet (`ann@localhost` is none), contains an encoded word of a mail header
 * (`=?utf-8?q?…?=`, RFC 2047, which some mailers decode to another address), has a mailbox over 64 bytes or is longer than 254 (RFC 5321, 4.5.3.1). Not taken
 * either, though the RFC knows them: quoted mailboxes, comments and IP addresses.
 */
export function canonicalEmail(typed: string): string | null {
  if (plainAddress.test(typed)) return typed;
  if (typed.length > 4 * longestAddress) return null;
  const address = typed.normalize('NFKC').trim();
  const at = address.lastIndexOf('@');
  const local = at < 1 ? null : canonicalMailbox(address.slice(0, at));
  const domain = at < 1 ? null : asciiDomain(address.slice(at + 1));
  if (local === null || domain === null) return null;
  const canonical = `${local}@${domain}`;
  return Buffer.byteLength(canonical) > longestAddress ? null : canonical;
}

function canonicalMailbox(typed: string): string | null {
  const local = typed.toLowerCase().normalize('NFKC');
  if (Buffer.byteLength(local) > longestMailbox || !/^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~.-]+$/u.test(local))
    return null;
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return null;
  if (/=\?[^?]*\?[bq]\?/.test(local)) return null;
  return unseen.test(local) || !ofOneScript(local) ? null : local;
}

function asciiDomain(typed: string): string | null {
  // `domainToASCII` reads as a browser reads: it drops line breaks, decodes `%41` and stops at `/`, `?`, `#` and `\`.
  // U+3002 is the full stop of Chinese and Japanese keyboards.
  if (!/^[\p{L}\p{M}\p{N}.\u3002-]+$/u.test(typed) || unseen.test(typed)) return null;
  const domain = domainToASCII(typed).toLowerCase();
  if (!/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(domain)) return null;
  if (!domain.includes('.') || domain.endsWith('.localhost')) return null;
  // It also turns `0x7f.1` into 127.0.0.1. No top level is a number.
  return /(?:^|\.)\d+$/.test(domain) ? null : domain;
}
