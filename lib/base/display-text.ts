// Lone surrogates, and characters that turn the direction of what follows them.
const unwanted = /[\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
const blanks = /[\s\p{Cc}\p{Zl}\p{Zp}]+/gu;
/** Nothing that shows. */
const unseen = /^[\s\p{Cf}\p{Mn}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/**
 * An external text as one line that pages can quote: well-formed, without control characters and directions of its own,
 * at most `longest` UTF-16 units. Cut between whole characters, as readers see them. `null`: nothing of it shows.
 */
export function displayText(text: string, longest: number): string | null {
  // What is far too long is not read to its end.
  const line = text
    .slice(0, longest * 10)
    .replace(unwanted, '')
    .replace(blanks, ' ')
    .trim();
  if (unseen.test(line)) return null;
  return line.length <= longest ? line : cut(line, longest);
}

function cut(line: string, longest: number): string | null {
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    if (kept.length + segment.length >= longest) break;
    kept += segment;
  }
  kept = kept.trimEnd();
  return kept === '' ? null : `${kept}…`;
}
