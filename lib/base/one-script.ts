// Unicode's recommended scripts (UAX 31, table 5). Letters of others are mostly not in use, or look like Latin ones.
const recommended = (
  'Arabic Armenian Bengali Bopomofo Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Han Hangul Hebrew ' +
  'Hiragana Kannada Katakana Khmer Lao Latin Malayalam Myanmar Oriya Sinhala Tamil Telugu Thaana Thai Tibetan'
).split(' ');

// What is written together: Japanese, Chinese and Korean, each also with Latin letters.
const together = ['Latin Han Hiragana Katakana', 'Latin Han Bopomofo', 'Latin Han Hangul'].map((names) =>
  names.split(' '),
);

const patterns = [...together, ...recommended.map((name) => [name])].map((names) => {
  const scripts = ['Common', 'Inherited', ...names].map((name) => `\\p{Script=${name}}`);
  return new RegExp(`^[${scripts.join('')}]*$`, 'u');
});

/**
 * True when all letters belong to one script, so that none of them stands in for a letter that looks the same.
 * Unicode TS 39, 5.2: the restriction level "highly restrictive".
 */
export function ofOneScript(text: string): boolean {
  return patterns.some((pattern) => pattern.test(text));
}
