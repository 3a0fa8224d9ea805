// Languages written from right to left by default; a script subtag (`az-Arab`, `ks-Deva`) takes precedence.
const languages = new Set('ar arc ckb dv fa he iw ks lrc mzn nqo pnb ps sd syr ug ur yi'.split(' '));
const scripts = new Set('adlm arab aran hebr mand nkoo rohg syrc thaa'.split(' '));

/** The writing direction of a language tag. */
export function directionOf(locale: string): 'ltr' | 'rtl' {
  const [language = '', ...subtags] = locale.toLowerCase().split(/[-_]/);
  const script = subtags.find((subtag) => /^[a-z]{4}$/.test(subtag));
  const rightToLeft = script === undefined ? languages.has(language) : scripts.has(script);
  return rightToLeft ? 'rtl' : 'ltr';
}
