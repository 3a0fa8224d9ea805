import { bordersOf, type TextRange } from '../base/find-text.js';
import { lettersOf, type QuotedText } from './quoted-text.js';
import { secretEnds, type SearchBudget, type Wanted } from './secret-ends.js';
import { secretStart } from './secret-start.js';

/** A secret that is so short may stand in other values by chance. */
export const shortestSecret = 4;
/** From this length on, blanks and dashes count as little as the case: `abcd efgh` has the code `ABCD-EFGH` in it. */
export const longEnough = 8;
/** A secret of backslashes and hardly anything else is looked for as it was typed: quoted, it has itself in it. */
const fewestUnits = 3;

/** Finds one secret in texts. `null`: the budget is used up. */
export interface SecretSearch {
  isIn(text: QuotedText, budget: SearchBudget): boolean | null;
  /** `isCut`: the text goes on elsewhere, so what the secret begins with is found at its end too. */
  placesIn(text: QuotedText, budget: SearchBudget, isCut: boolean): readonly TextRange[] | null;
}

/**
 * Finds a secret in whatever case, as it was typed and in the forms in which Python and JSON quote it, one within the
 * other too. From every place on, the secret is compared with all that the text can be read as: nothing that stands
 * before it or behind it hides it. `null`: it is too short to be looked for.
 */
export function secretSearch(secret: string): SecretSearch | null {
  const wanted = wantedIn(secret.trim(), longEnough);
  return [...secret.trim()].length < shortestSecret || wanted.units.length < fewestUnits ? null : searchFor(wanted);
}

/** Finds a text that is no secret, whatever blanks and dashes it has. `null`: it has fewer letters. */
export function textSearch(text: string, fewest: number): SecretSearch | null {
  const wanted = wantedIn(text, 1);
  return wanted.units.length < fewest ? null : searchFor(wanted);
}

function searchFor(wanted: Wanted): SecretSearch {
  return {
    isIn(text, budget) {
      const found = secretEnds(wanted, text, budget);
      return found === null ? null : found.ends.length > 0;
    },
    placesIn(text, budget, isCut) {
      const found = secretEnds(wanted, text, budget);
      if (found === null) return null;
      const whole = [...new Set(found.ends)].map((end) => ({ end, to: end, length: wanted.units.length }));
      const begun = found.begun.map(({ at, length }) => ({ end: at, to: text.text.length, length }));
      const places: TextRange[] = [];
      for (const { end, to, length } of isCut ? [...whole, ...begun] : whole) {
        const from = secretStart(wanted, text, { end, length }, budget);
        if (from === null) return null;
        places.push({ from, to });
      }
      return places;
    },
  };
}

/** `enough`: with so many letters, blanks and dashes are skipped. */
function wantedIn(secret: string, enough: number): Wanted {
  const letters = lettersOf(secret);
  const withoutSeparators = letters.filter(({ kind }) => kind !== 'separator');
  const skipsSeparators = unitsOf(withoutSeparators).length >= enough;
  const units = unitsOf(skipsSeparators ? withoutSeparators : letters);
  const borders = bordersOf(units);
  return { units, borders, fallbacks: fallbacksOf(units, borders), skipsSeparators };
}

function unitsOf(letters: ReturnType<typeof lettersOf>): string {
  return letters
    .map(({ units, kind }, at) => (kind === 'backslash' && letters[at - 1]?.kind === 'backslash' ? '' : units))
    .join('');
}

function fallbacksOf(units: string, borders: readonly number[]): readonly number[] {
  const fallbacks: number[] = [];
  for (const [at, border] of borders.entries()) {
    const isTried = border > 0 && units.charCodeAt(border) === units.charCodeAt(at + 1);
    fallbacks.push(isTried ? (fallbacks[border - 1] ?? 0) : border);
  }
  return fallbacks;
}
