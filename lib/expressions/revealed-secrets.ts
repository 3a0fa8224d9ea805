import { foldedText, secretSearch } from './secret-search.js';

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

export function createRevealedSecrets(): RevealedSecrets {
  const secrets = new Map<string, { readonly whole: string; readonly search: ReturnType<typeof secretSearch> }>();
  const isOne = (text: string): boolean => {
    const whole = plain(text);
    return [...secrets.values()].some((secret) => secret.whole === whole);
  };
  return {
    isOne,
    get passes() {
      return [...secrets.values()].reduce((sum, { search }) => sum + (search?.passes ?? 1), 0);
    },
    add(secret) {
      if (!secrets.has(secret)) secrets.set(secret, { whole: plain(secret), search: secretSearch(secret) });
    },
    isIn(text) {
      if (secrets.size === 0) return false;
      const folded = foldedText(text);
      return isOne(text) || [...secrets.values()].some(({ search }) => search?.isIn(folded) === true);
    },
    conceal(text, isCut = false) {
      return [...secrets].reduce(
        (left, [secret, { search }]) => search?.conceal(left, isCut) ?? left.split(secret).join('•••'),
        text,
      );
    },
  };
}

const plain = (text: string): string => text.trim().toLowerCase();
