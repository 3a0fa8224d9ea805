/** A secret that is so short may stand in other values by chance. */
const shortest = 4;
/** From this length on, blanks and dashes count as little as the case: `abcd efgh` has the code `ABCD-EFGH` in it. */
const longEnough = 8;
const separators = String.raw`[\s\p{Pd}_.]`;

/** Finds a secret in a text, in whatever case. `null`: it is too short to be looked for. */
export function secretPattern(secret: string): RegExp | null {
  const letters = [...secret.replace(new RegExp(separators, 'gu'), '')];
  if (letters.length >= longEnough) return new RegExp(letters.map(escaped).join(`${separators}*`), 'giu');
  return secret.trim().length < shortest ? null : new RegExp(escaped(secret.trim()), 'giu');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
