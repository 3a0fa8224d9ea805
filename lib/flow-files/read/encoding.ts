import type { Problems } from '../problems.js';
import { placeAt } from './place-at.js';

/** Why a text that was read as UTF-8 is none, in a sentence; `null`: it may be one. YAML has no NUL (1.2.2, 5.1). */
export function encodingIssue(text: string): string | null {
  const nulls = text.split('\u0000').length - 1;
  if (nulls === 0) return null;
  // Every second byte of UTF-16 is NUL, as long as the letters are those of English.
  return nulls >= text.length / 4
    ? 'the file is UTF-16: save it as UTF-8, which flow files are read as'
    : 'the file is binary: flow files are texts in UTF-8';
}

/** What Node reads for bytes that are no UTF-8, as those of Latin-1 are. The character may also be meant. */
export function reportReplaced(text: string, problems: Problems): void {
  const offset = text.indexOf('\ufffd');
  if (offset === -1) return;
  const sentence = 'there are bytes here that are no UTF-8: they are read as U+FFFD; save the file as UTF-8';
  problems.add('noticed', placeAt(text, offset), sentence);
}
