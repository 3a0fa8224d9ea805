const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const blanksAndDashes = /[\p{Zs}\p{Pd}\t\r\n\u2212_]/gu;

// Phones put these in place of the plain one.
const curlyApostrophe = /[\u2018\u2019\u02bc]/g;

/** Full-width forms, as East Asian keyboards write them, become ASCII. */
export function halfWidth(typed: string): string {
  return typed.replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
}

/**
 * What a person typed or pasted, reduced to the letters that were meant: full-width forms become ASCII; blanks,
 * hyphens, every Unicode dash, underscores, zero-width and direction marks are dropped; ASCII letters become capitals.
 * Other letters are composed (NFKC) and lower-cased, and never turn into ASCII ones: `null` for a text with a letter
 * that Unicode would fold that way (long s, Kelvin sign, ligatures, circled digits …), so it equals no code.
 */
export function foldTyped(typed: string): string | null {
  // Plain ASCII, as codes nearly always are: what follows comes to this, at twenty times the cost.
  if (/^[ -~]*$/.test(typed)) return typed.replace(/[ _-]/g, '').toUpperCase();
  const bare = halfWidth(typed).replace(curlyApostrophe, "'").replace(blanksAndDashes, '').replace(invisible, '');
  // An ASCII letter counts as such only if it was typed as one.
  for (const letter of bare) {
    if (letter > '\u007f' && /[\u0000-\u007f]/.test(letter.normalize('NFKC'))) return null;
  }
  return bare
    .normalize('NFKC')
    .replace(/[a-z]/g, capital)
    .replace(/[^\u0000-\u007f]/gu, (letter) => letter.toLowerCase());
}

function capital(letter: string): string {
  return String.fromCharCode(letter.charCodeAt(0) - 32);
}
