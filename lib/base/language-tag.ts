// A waitlist entry keeps at most as many characters.
const longest = 35;

/**
 * True for a language tag as configured: `de`, `pt-BR`, `zh-Hant` (RFC 5646), with a language of two or three letters.
 * False for what Intl refuses, such as the grandfathered `en-GB-oed`: it could name no language.
 */
export function isLanguageTag(tag: string): boolean {
  return (
    tag.length <= longest &&
    /^[a-z]{2,3}(?:-[a-z0-9]{1,8})*$/i.test(tag) &&
    fallbackTags(tag).includes(tag.toLowerCase()) &&
    isKnownToIntl(tag)
  );
}

function isKnownToIntl(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** The tag in the letter case of RFC 5646, 2.1.1: `de` for `DE`, `pt-BR` for `pt-br`. No subtag is replaced. */
export function canonicalTag(tag: string): string {
  try {
    const [canonical = tag] = Intl.getCanonicalLocales(tag);
    return canonical.toLowerCase() === tag.toLowerCase() ? canonical : tag;
  } catch {
    return tag;
  }
}

/**
 * A tag and its more general forms, in lower case: `zh-Hant-TW`, `zh-Hant`, `zh` (lookup of RFC 4647, 3.4). `pt_BR`
 * counts as `pt-BR`. Empty for a text that is no tag.
 */
export function fallbackTags(tag: string): readonly string[] {
  const lower = tag.toLowerCase().replaceAll('_', '-');
  if (lower.length > 100 || !/^[a-z]{1,8}(?:-[a-z0-9]{1,8})*$/.test(lower)) return [];
  const subtags = lower.split('-');
  return (
    subtags
      .map((_subtag, index) => subtags.slice(0, subtags.length - index))
      // A single letter only introduces what follows it: `de-x` is no tag.
      .filter((parts) => parts.at(-1)?.length !== 1)
      .map((parts) => parts.join('-'))
  );
}

// ISO 15924 scripts that are written from right to left.
const scripts = new Set(
  'adlm arab aran armi avst hebr khar mand nbat nkoo phli phnx prti rohg samr sogd sogo syrc thaa yezi'.split(' '),
);

/** The writing direction of a language tag: that of its likely script, Arabic for `ur` and `pa-PK`. */
export function directionOf(locale: string): 'ltr' | 'rtl' {
  const [, script = ''] = likelyTag(locale)?.split('-') ?? [];
  return scripts.has(script) ? 'rtl' : 'ltr';
}

/** The language and script of a tag: `zh-hans` for `zh-CN`, `pt-latn` for `pt` (likely subtags of UTS 35); `null` for a text that is no tag. */
export function likelyTag(tag: string): string | null {
  if (fallbackTags(tag).length === 0) return null;
  try {
    const { language, script } = new Intl.Locale(tag.replaceAll('_', '-')).maximize();
    return script === undefined ? null : `${language}-${script}`.toLowerCase();
  } catch {
    return null;
  }
}
