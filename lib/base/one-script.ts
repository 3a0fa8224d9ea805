// Unicode's recommended scripts (UAX 31, table 5). Other scripts are mostly out of use, or look like Latin.
const recommended = (
  'Arabic Armenian Bengali Bopomofo Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Han Hangul Hebrew ' +
  'Hiragana Kannada Katakana Khmer Lao Latin Malayalam Myanmar Oriya Sinhala Tamil Telugu Thaana Thai Tibetan'
).split(' ');

// Scripts that are written together: Japanese, Chinese and Korean, each also with Latin letters.
const together = ['Latin Han Hiragana Katakana', 'Latin Han Bopomofo', 'Latin Han Hangul'].map((names) =>
  names.split(' '),
);

const patterns = [...together, ...recommended.map((name) => [name])].map((names) => {
  const scripts = ['Common', 'Inherited', ...names].map((name) => `\\p{Script=${name}}`);
  return new RegExp(`^[${scripts.join('')}]*$`, 'u');
});

/**
 * True when all letters belong to one script, so that no letter can stand in for one that looks the same.
 * Unicode TS 39, 5.2: the restriction level "highly restrictive".
 */
export function ofOneScript(text: string): boolean {
  return patterns.some((pattern) => pattern.test(text));
}
