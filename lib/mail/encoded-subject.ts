/** In bytes of UTF-8: 60 characters of base64, so that an encoded word has at most 75 (RFC 2047, 2). */
const longestWord = 45;

/**
 * A subject in encoded words as a whole (RFC 2047). nodemailer leaves ASCII as it is, and mail programs would decode what
 * looks like an encoded word in it.
 */
export function encodedSubject(subject: string): string {
  const words: string[] = [];
  let word = '';
  for (const character of subject) {
    if (Buffer.byteLength(word + character) > longestWord) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((one) => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join(' ');
}
