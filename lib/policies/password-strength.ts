import { checkPackage } from '../base/optional-package.js';
import { message, type Message } from '../base/message.js';

interface PasswordStrength {
  /** 0 (too guessable) to 4 (very unguessable). */
  readonly score: number;
  /** What makes it weak, and what would make it stronger. */
  readonly hints: readonly Message[];
}

/** Longer input is not scored: its cost grows faster than its length. As in authentik. */
const scoredCharacters = 72;

/** @throws ERR_ENROLLMENT_CONFIG when the app does not have zxcvbn-ts */
export function checkStrengthPackages(): void {
  for (const name of ['@zxcvbn-ts/core', '@zxcvbn-ts/language-en']) checkPackage(name, 'passwordPolicy with zxcvbn');
}

/** zxcvbn's estimate. Its dictionaries (9 MB) are loaded at the first call. */
export async function strengthOf(password: string, words: readonly string[]): Promise<PasswordStrength> {
  const score = await (loaded ??= loadScoring());
  return score([...password].slice(0, scoredCharacters).join(''), words);
}

let loaded: Promise<(password: string, words: readonly string[]) => PasswordStrength> | null = null;

async function loadScoring(): Promise<(password: string, words: readonly string[]) => PasswordStrength> {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ]);
  const zxcvbn = new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    // Its sentences are ids here: the catalog words them.
    translations: { ...english.translations, warnings, suggestions },
    maxLength: scoredCharacters,
  });
  return (password, words) => {
    const { score, feedback } = zxcvbn.check(password, [...words]);
    const ids = new Set([feedback.warning, ...feedback.suggestions]);
    return { score, hints: [...ids].filter(isHint).map((id) => message(id)) };
  };
}

const hint = <Name extends string>(name: Name): `policy.password.hint.${Name}` => `policy.password.hint.${name}`;

const warnings = {
  straightRow: hint('straight_row'),
  keyPattern: hint('key_pattern'),
  simpleRepeat: hint('repeats'),
  extendedRepeat: hint('repeats'),
  sequences: hint('sequences'),
  recentYears: hint('years'),
  dates: hint('dates'),
  topTen: 'prompt.password.common',
  topHundred: 'prompt.password.common',
  common: 'prompt.password.common',
  similarToCommon: hint('similar'),
  wordByItself: hint('single_word'),
  namesByThemselves: hint('names'),
  commonNames: hint('names'),
  userInputs: 'policy.password.personal',
  pwned: 'policy.password.breached',
} as const;

const suggestions = {
  l33t: hint('substitutions'),
  reverseWords: hint('reversed'),
  allUppercase: hint('all_uppercase'),
  capitalization: hint('capitalization'),
  dates: hint('avoid_dates'),
  recentYears: hint('avoid_dates'),
  associatedYears: hint('avoid_dates'),
  sequences: hint('avoid_sequences'),
  repeated: hint('avoid_repeats'),
  longerKeyboardPattern: hint('longer_pattern'),
  anotherWord: hint('more_words'),
  useWords: hint('use_words'),
  noNeed: hint('no_symbols'),
  pwned: 'policy.password.breached',
} as const;

type Hint = (typeof warnings)[keyof typeof warnings] | (typeof suggestions)[keyof typeof suggestions];

const known = new Set<string>([...Object.values(warnings), ...Object.values(suggestions)]);

function isHint(id: string | null): id is Hint {
  return id !== null && known.has(id);
}
