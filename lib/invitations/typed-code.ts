import type { InvitationRecord } from '../ports/invitation-store.js';
import { readGenerated } from './generated-code.js';
import { foldTyped } from './typed-text.js';
import { canonicalWord } from './word.js';

/** A code in the one form in which it is compared. */
export interface CanonicalCode {
  readonly kind: InvitationRecord['kind'];
  readonly text: string;
}

export type TypedCode =
  { readonly is: 'code'; readonly code: CanonicalCode } | { readonly is: 'typo' } | { readonly is: 'unreadable' };

/** Longer texts are no codes; they are not even read. */
export const longestTyped = 200;

/** Reads what a person typed: a code worth looking up, a typing error, or nothing that can be a code. */
export function readTyped(typed: string): TypedCode {
  if (typed.length > longestTyped) return { is: 'unreadable' };
  const generated = readGenerated(foldTyped(typed) ?? '');
  if (generated === 'typo') return { is: 'typo' };
  if (generated !== null) return { is: 'code', code: { kind: 'generated', text: generated.code } };
  const word = canonicalWord(typed);
  return word === null ? { is: 'unreadable' } : { is: 'code', code: { kind: 'word', text: word } };
}
