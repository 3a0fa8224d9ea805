import { finderOf, type TextRange } from '../base/find-text.js';
import type { OtherTexts } from './other-texts.js';
import { readQuoted, type QuotedText } from './quoted-text.js';
import type { SearchBudget } from './secret-ends.js';
import { secretSearch, shortestSecret, type SecretSearch } from './secret-search.js';
import { withoutRanges } from './without-ranges.js';

/** A password was chosen by its visitor; a code is one that a policy consumes. */
type SecretKind = 'password' | 'code';

/** `unknown`: the search was not finished. */
export type FoundSecret = SecretKind | 'unknown';

/** The passwords and codes that an expression has read. */
export interface RevealedSecrets {
  /** How often a text is searched for them; 0: there are none. */
  readonly passes: number;
  /** `key`: that of the answer. */
  add(secret: string, kind: SecretKind, key?: string): void;
  /** True for an answer that has been added. */
  has(key: string): boolean;
  /** What a text is, or has in it, that does not stand in other texts. */
  findIn(text: string, others?: OtherTexts): FoundSecret | null;
  /** What a number is, whatever its sign. */
  findNumber(value: number, others?: OtherTexts): SecretKind | null;
  /** The text with `•••` in place of each. `isCut`: the text goes on elsewhere, so one may begin at its end. */
  conceal(text: string, isCut?: boolean): string;
}

interface Revealed {
  readonly secret: string;
  readonly kind: SecretKind;
  /** Without blanks around it, in one case. */
  readonly plain: string;
  readonly search: SecretSearch;
  /** `null`: it is no number. */
  readonly number: number | null;
}

/** Letters that are compared for one run, and for all policies that it asks: some 20 ms. */
const mostWork = 1_000_000;

/**
 * What is written to the log takes nothing of the work for what is kept, which is half as much: a run that logs much
 * fails no sooner.
 */
export function createRevealedSecrets(work = mostWork): RevealedSecrets {
  const secrets = new Map<string, Revealed>();
  const keys = new Set<string>();
  const forLog: SearchBudget = { left: work };
  const forCopies: SearchBudget = { left: work / 2 };
  const put = (secret: string, kind: SecretKind): void => {
    const known = secrets.get(secret);
    if (known?.kind === kind || known?.kind === 'password') return;
    const search = known?.search ?? secretSearch(secret) ?? exactSearch(secret);
    secrets.set(secret, { secret, kind, plain: plain(secret), search, number: numberIn(secret) });
  };
  return {
    get passes() {
      return secrets.size;
    },
    has: (key) => keys.has(key),
    add(secret, kind, key) {
      if (key !== undefined) keys.add(key);
      put(secret, kind);
      const digits = /^\s*0+(\d+)\s*$/.exec(secret)?.[1] ?? '';
      // As a number it has no zeros before it.
      if (digits.length >= shortestSecret) put(digits, kind);
    },
    findIn(text, others) {
      if (secrets.size === 0) return null;
      const quoted = readWithin(forCopies, text);
      if (quoted === null) return 'unknown';
      for (const one of secrets.values()) {
        const isWhole = one.plain !== '' && plain(text) === one.plain;
        const found = isWhole || one.search.isIn(quoted, forCopies);
        if (found === null) return 'unknown';
        if (!found || others?.hold(one, forCopies) === true) continue;
        const places = isWhole ? [{ from: 0, to: text.length }] : one.search.placesIn(quoted, forCopies, false);
        if (others?.cover(quoted, places ?? [], forCopies) !== true) return one.kind;
      }
      return null;
    },
    findNumber(value, others) {
      const found = [...secrets.values()].filter(({ number }) => number === Math.abs(value));
      return found.find((one) => others?.hold(one, forCopies) !== true)?.kind ?? null;
    },
    conceal(text, isCut = false) {
      if (secrets.size === 0) return text;
      const quoted = readWithin(forLog, text);
      if (quoted === null) return hidden;
      const places: TextRange[] = [];
      for (const { search } of secrets.values()) {
        const found = search.placesIn(quoted, forLog, isCut);
        if (found === null) return hidden;
        places.push(...found);
      }
      return withoutRanges(text, places, hidden);
    },
  };
}

const hidden = '•••';

/** `null`: the budget is used up. */
function readWithin(budget: SearchBudget, text: string): QuotedText | null {
  budget.left -= text.length;
  return budget.left < 0 ? null : readQuoted(text);
}

/** A secret that is too short to be looked for in values, but not in a log. */
function exactSearch(secret: string): SecretSearch {
  const find = finderOf(secret);
  return {
    isIn: ({ text }) => secret.length >= shortestSecret && find(text).length > 0,
    placesIn: ({ text }) => find(text),
  };
}

/** What `int` and `float` of Python make of a text, without its sign. */
function numberIn(secret: string): number | null {
  const text = secret.trim();
  return /^[+-]?\d[\d_]*(?:\.\d*)?(?:e[+-]?\d+)?$/i.test(text) ? Math.abs(Number(text.replaceAll('_', ''))) : null;
}

const plain = (text: string): string => text.trim().toLowerCase();
