import { domainToASCII } from 'node:url';
import { ofOneScript } from './one-script.js';

export const longestName = 150;
export const longestAddress = 254;
const longestMailbox = 64;

// Invisible letters and marks. Two names that differ only in these look the same.
const unseen = /\p{Default_Ignorable_Code_Point}/u;

// ASCII names and addresses that are already canonical. This shortcut avoids the checks below, which cost fifty times
// as much.
const plainName = /^[a-z0-9](?:[a-z0-9._-]{0,148}[a-z0-9])?$/;
const plainAddress =
  /^(?=.{6,64}$)[a-z0-9]+(?:[._+-][a-z0-9]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+(?!localhost$)[a-z]{2,}$/;

/**
 * The only form in which usernames are stored and compared: NFKC, trimmed, lower case, without the dot above `i` and
 * `j` that lowercasing makes of `İ`.
 * Returns `null` for a forbidden name: empty; longer than 150 characters; with anything but letters, their marks,
 * digits, dots, dashes and underscores (so no blanks, no `@`, no invisible or bidirectional marks); with a first
 * character that is not a letter or digit; with a last character that is a dot, dash or underscore; with letters of
 * several scripts (see `ofOneScript`); or with stacked marks.
 */
export function canonicalUsername(typed: string): string | null {
  if (plainName.test(typed)) return typed;
  // Overlong input is not normalized: for marks in the wrong order, normalization takes longer than linear time.
  if (typed.length > 4 * longestName) return null;
  const folded = typed.normalize('NFKC').trim().toLowerCase();
  const name = folded.replace(/([ij])\u0307+/g, '$1').normalize('NFKC');
  if (name.length > longestName || !/^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}._-]*$/u.test(name) || /[._-]$/.test(name))
    return null;
  if (unseen.test(name) || !ofOneScript(name)) return null;
  // A dotless letter with a dot looks like a plain one; stacked marks are as misleading (Unicode TS 39, 5.4).
  return /[ıȷ]\u0307|\p{Script=Inherited}{3}/u.test(name) ? null : name;
}

/**
 * The only form in which email addresses are stored and compared: NFKC, lower case, domain in ASCII (IDNA).
 * Dots and plus tags are kept: only the mailbox's owner knows what they mean (RFC 5321, 2.3.11).
 * Returns `null` for a text that is not an internet address (`ann@localhost` is not one), that contains an encoded word
 * of a mail header (`=?utf-8?q?…?=`, RFC 2047, which some mailers decode to another address), whose mailbox is over 64
 * bytes, or that is longer than 254 (RFC 5321, 4.5.3.1). Quoted mailboxes, comments and IP addresses are refused too,
 * although the RFC allows them.
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
  // `domainToASCII` parses like a browser: it drops line breaks, decodes `%41` and stops at `/`, `?`, `#` and `\`.
  // U+3002 is the full stop of Chinese and Japanese keyboards.
  if (!/^[\p{L}\p{M}\p{N}.\u3002-]+$/u.test(typed) || unseen.test(typed)) return null;
  const domain = domainToASCII(typed).toLowerCase();
  if (!/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(domain)) return null;
  if (!domain.includes('.') || domain.endsWith('.localhost')) return null;
  // It also turns `0x7f.1` into 127.0.0.1. No top-level domain is a number.
  return /(?:^|\.)\d+$/.test(domain) ? null : domain;
}
