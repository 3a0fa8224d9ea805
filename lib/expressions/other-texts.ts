import type { TextRange } from '../base/find-text.js';
import { readQuoted, type QuotedText } from './quoted-text.js';
import type { SearchBudget } from './secret-ends.js';
import { longEnough, textSearch, type SecretSearch } from './secret-search.js';

/** A secret, as it is compared with other texts. */
interface Known {
  /** Without blanks around it, in one case. */
  readonly plain: string;
  readonly search: SecretSearch;
}

/**
 * Texts that are kept anyway, such as the other answers: what stands in them is no copy of a secret. Where the budget is
 * used up, nothing does.
 */
export interface OtherTexts {
  /** Whether a secret stands in one of them, compared as copies are; a short one has to be one of them. */
  hold(secret: Known, budget: SearchBudget): boolean;
  /** Whether these places of a text have no letter or digit that comes from elsewhere: a full name is made of two. */
  cover(text: QuotedText, places: readonly TextRange[], budget: SearchBudget): boolean;
}

/** One letter or digit stands everywhere by chance. */
const shortestPart = 2;

export function otherTexts(texts: () => readonly string[]): OtherTexts {
  let known: readonly Other[] | null = null;
  const others = (): readonly Other[] => (known ??= [...new Set(texts())].map(otherOf));
  return {
    hold: (secret, budget) =>
      others().some(
        ({ plain, quoted }) =>
          plain === secret.plain ||
          (secret.plain.length >= longEnough && secret.search.isIn(quoted(), budget) === true),
      ),
    cover(text, places, budget) {
      if (places.length === 0) return false;
      const from = Math.min(...places.map((one) => one.from));
      const to = Math.max(...places.map((one) => one.to));
      const isCovered = new Uint8Array(text.text.length);
      for (const { search } of others())
        for (const place of search()?.placesIn(text, budget, false) ?? [])
          if (place.from < to && place.to > from) isCovered.fill(1, place.from, place.to);
      return places.every((place) => isWhole(text.text, place, isCovered));
    },
  };
}

interface Other {
  readonly plain: string;
  readonly quoted: () => QuotedText;
  /** Finds it in a text; `null`: it is too short. */
  readonly search: () => SecretSearch | null;
}

function otherOf(text: string): Other {
  let quoted: QuotedText | null = null;
  let search: SecretSearch | null | undefined;
  return {
    plain: text.trim().toLowerCase(),
    quoted: () => (quoted ??= readQuoted(text)),
    search: () => (search === undefined ? (search = textSearch(text, shortestPart)) : search),
  };
}

function isWhole(text: string, { from, to }: TextRange, isCovered: Uint8Array): boolean {
  for (let at = from; at < to; at += 1)
    if (isCovered[at] !== 1 && /[\p{L}\p{M}\p{N}\p{Cs}]/u.test(text.charAt(at))) return false;
  return true;
}
