/**
 * Blocks that the first page of a sign-up seldom has, by their class names without `enrollment-`. Pages with one of them
 * load a second stylesheet.
 */
const rareBlocks = [
  'alert',
  'captcha',
  'codes?',
  'consent',
  'details',
  'ending',
  'errors',
  'field--(?:checkbox|choices|invalid|saved)',
  'field__(?:box|change|error|tick)',
  'link--danger',
  'notice',
  'other',
  'passkey',
  'permissions',
  'qr',
  'recognized',
  'reference',
  'separator',
  'strength',
];
/** Those of the layout `split`. */
const splitBlocks = ['page--split', 'panel'];
const rare = classOf(rareBlocks);
const split = classOf(splitBlocks);

function classOf(blocks: readonly string[]): RegExp {
  return new RegExp(`enrollment-(?:${blocks.join('|')})(?![a-z])`);
}

/** True for a page that has one of the rare blocks, by whichever template. */
export function hasRareBlock(html: string): boolean {
  return rare.test(html);
}

export function hasSplitLayout(html: string): boolean {
  return split.test(html);
}

interface RuleGroups {
  /** What every page needs. */
  readonly common: string;
  /** The same with the layout `split`. */
  readonly split: string;
  readonly rare: string;
}

/** The compacted styles by what needs them; in each group they keep their order. */
export function groupRules(styles: string): RuleGroups {
  return {
    common: rulesWith(styles, (selector) => !rare.test(selector) && !split.test(selector)),
    split: rulesWith(styles, (selector) => !rare.test(selector)),
    rare: rulesWith(styles, (selector) => rare.test(selector)),
  };
}

// Not those of `:where(a, b)`.
const betweenSelectors = /,(?![^()]*\))/;

function rulesWith(styles: string, isKept: (selector: string) => boolean): string {
  return rulesIn(styles)
    .map(({ head, body }) => {
      if (head.startsWith('@')) {
        const inner = rulesWith(body, isKept);
        return inner === '' ? '' : `${head}{${inner}}`;
      }
      const selectors = head.split(betweenSelectors).filter(isKept);
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
