import { finderOf, type TextRange } from '../base/find-text.js';
import { readQuoted, type QuotedText } from './quoted-text.js';
import type { SearchBudget } from './secret-ends.js';
import { secretSearch, shortestSecret, type SecretSearch } from './secret-search.js';
import { withoutRanges } from './without-ranges.js';

/** The passwords and codes that an expression has read. */
export interface RevealedSecrets {
  /** How often a text is searched for them; 0: there are none. */
  readonly passes: number;
  add(secret: string): void;
  /** True for a text that is one of them. */
  isOne(text: string): boolean;
  /** True for a text that is one of them, or has one in it. */
  isIn(text: string): boolean;
  /** The text with `•••` in place of each. `isCut`: the text goes on elsewhere, so one may begin at its end. */
  conceal(text: string, isCut?: boolean): string;
}

/** Letters that are compared for one run, and for all policies that it asks: some 20 ms. */
const mostWork = 1_000_000;

/** Once the searches have done so much work, every text counts as one with a secret in it. */
export function createRevealedSecrets(work = mostWork): RevealedSecrets {
  const secrets = new Map<string, SecretSearch>();
  const whole = new Set<string>();
  const budget: SearchBudget = { left: work };
  const isOne = (text: string): boolean => whole.has(plain(text));
  const read = (text: string): QuotedText | null => {
    budget.left -= text.length;
    return budget.left < 0 ? null : readQuoted(text);
  };
  const isFound = (text: string): boolean => {
    const quoted = read(text);
    return quoted === null || [...secrets.values()].some((search) => search.isIn(quoted, budget) ?? true);
  };
  return {
    isOne,
    get passes() {
      return secrets.size;
    },
    add(secret) {
      if (secrets.has(secret)) return;
      secrets.set(secret, secretSearch(secret) ?? exactSearch(secret));
      whole.add(plain(secret));
    },
    isIn: (text) => secrets.size > 0 && (isOne(text) || isFound(text)),
    conceal(text, isCut = false) {
      if (secrets.size === 0) return text;
      const quoted = read(text);
      if (quoted === null) return hidden;
      const places: TextRange[] = [];
      for (const search of secrets.values()) {
        const found = search.placesIn(quoted, budget, isCut);
        if (found === null) return hidden;
        places.push(...found);
      }
      return withoutRanges(text, places, hidden);
    },
  };
}

const hidden = '•••';

/** A secret that is too short to be looked for in values, but not in a log. */
function exactSearch(secret: string): SecretSearch {
  const find = finderOf(secret);
  return {
    isIn: ({ text }) => secret.length >= shortestSecret && find(text).length > 0,
    placesIn: ({ text }) => find(text),
  };
}

const plain = (text: string): string => text.trim().toLowerCase();
