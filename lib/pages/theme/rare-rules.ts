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
  'field--(?:checkbox|choices|saved)',
  'field__(?:box|change|tick)',
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
/** What tells scripts to add rare blocks. */
const scripted = [' data-fair=', ' data-time='];

const rare = classOf(rareBlocks);
const split = classOf(splitBlocks);
/** The first group: of the layout `split`. */
const either = new RegExp(`enrollment-(?:(${splitBlocks.join('|')})|${rareBlocks.join('|')})(?![a-z])`, 'g');

function classOf(blocks: readonly string[]): RegExp {
  return new RegExp(`enrollment-(?:${blocks.join('|')})(?![a-z])`);
}

interface Blocks {
  /** By whichever template, or because a script adds one. */
  readonly rare: boolean;
  readonly split: boolean;
}

/** Reads a page once: every page is read. */
export function blocksOf(html: string): Blocks {
  const found = { rare: scripted.some((attribute) => html.includes(attribute)), split: false };
  for (const [, ofSplit] of html.matchAll(either)) {
    found[ofSplit === undefined ? 'rare' : 'split'] = true;
    if (found.rare && found.split) break;
  }
  return found;
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
