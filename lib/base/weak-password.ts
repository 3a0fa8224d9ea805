/** Why a password is refused, whatever its length: only blanks, one that many people use, or a repeated pattern. */
export type PasswordWeakness = 'blanks' | 'common' | 'simple';

/**
 * The weakness of a password, without regard to case; `null`: none of these. The list has the 18,000 most common
 * passwords of at least eight characters (NIST SP 800-63B-4, 3.1.1.2: a blocklist); it is loaded at the first call.
 */
export async function findWeakness(password: string): Promise<PasswordWeakness | null> {
  if (/^[\p{White_Space}\p{Default_Ignorable_Code_Point}]*$/u.test(password)) return 'blanks';
  const folded = password.normalize('NFKC').toLowerCase();
  const characters = [...folded];
  if (isRow(characters) || (await commonPasswords()).has(folded)) return 'common';
  const unit = unitOf(characters);
  if (unit * 2 > characters.length && new Set(characters).size > 3) return null;
  return (await commonPasswords()).has(characters.slice(0, unit).join('')) ? 'common' : 'simple';
}

let loaded: Promise<ReadonlySet<string>> | null = null;

function commonPasswords(): Promise<ReadonlySet<string>> {
  loaded ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common'].filter((password) => password.length >= 8)),
  );
  return loaded;
}

/** True for `abcdefgh` and `87654321`: each character follows the one before, always in the same direction. */
function isRow(characters: readonly string[]): boolean {
  const steps = characters.slice(1).map((character, index) => stepBetween(characters[index] ?? '', character));
  return steps.length > 0 && Math.abs(steps[0] ?? 0) === 1 && steps.every((step) => step === steps[0]);
}

/** Digits go on from 9 to 0. */
function stepBetween(before: string, after: string): number {
  if (before === '9' && after === '0') return 1;
  if (before === '0' && after === '9') return -1;
  return (after.codePointAt(0) ?? 0) - (before.codePointAt(0) ?? 0);
}

/** The length of the shortest unit whose repetition, the last one perhaps cut off, is the whole text. */
function unitOf(characters: readonly string[]): number {
  // The prefix function of Knuth, Morris and Pratt: linear time.
  const borders = [0];
  for (let index = 1; index < characters.length; index += 1) {
    let border = borders[index - 1] ?? 0;
    while (border > 0 && characters[index] !== characters[border]) border = borders[border - 1] ?? 0;
    borders.push(characters[index] === characters[border] ? border + 1 : 0);
  }
  return characters.length - (borders.at(-1) ?? 0);
}
