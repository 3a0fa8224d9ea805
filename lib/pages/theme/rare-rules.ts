/**
 * Blocks that few pages have, by their class names without `enrollment-`. Most sign-ups never show one, so the pages
 * without them load a stylesheet without their rules.
 */
const rareBlocks = [
  'alert',
  'captcha',
  'codes?',
  'details',
  'other',
  'page--split',
  'panel',
  'passkey',
  'permissions',
  'qr',
  'recognized',
  'separator',
];

const rare = new RegExp(`enrollment-(?:${rareBlocks.join('|')})(?![a-z])`);

/** True for a page that has one of the rare blocks, by whichever template. */
export function hasRareBlock(html: string): boolean {
  return rare.test(html);
}

// Not those of `:where(a, b)`.
const betweenSelectors = /,(?![^()]*\))/;

/** The compacted styles without the rules of the rare blocks; the others keep their order. */
export function withoutRareRules(styles: string): string {
  return rulesIn(styles)
    .map(({ head, body }) => {
      if (head.startsWith('@')) {
        const inner = withoutRareRules(body);
        return inner === '' ? '' : `${head}{${inner}}`;
      }
      const selectors = head.split(betweenSelectors).filter((selector) => !rare.test(selector));
      return selectors.length === 0 ? '' : `${selectors.join(',')}{${body}}`;
    })
    .join('');
}

interface Rule {
  /** The selectors, or the at-rule. */
  readonly head: string;
  readonly body: string;
}

/** The outermost rules. */
function rulesIn(styles: string): readonly Rule[] {
  const rules: Rule[] = [];
  let from = 0;
  let opened = 0;
  let depth = 0;
  for (const { index, 0: brace } of styles.matchAll(/[{}]/g)) {
    if (brace === '{' && depth === 0) opened = index;
    depth += brace === '{' ? 1 : -1;
    if (depth > 0) continue;
    rules.push({ head: styles.slice(from, opened), body: styles.slice(opened + 1, index) });
    from = index + 1;
  }
  return rules;
}
