import { endOf, isHidden } from './accessible-names.js';
import { unwise, type DrawnProblem } from './drawn-problem.js';
import { placeOfText, type OwnViews } from './field-problems.js';
import type { Tag } from './html-tags.js';

/** Images of which screen readers say the file's name (WCAG 2.2, 1.1.1). Reported once for a page. */
export function imageProblems(tags: readonly Tag[], views: OwnViews): readonly DrawnProblem[] {
  for (let index = 0; index < tags.length; index += 1) {
    const tag = tags[index];
    if (tag === undefined || tag.isEnd) continue;
    if (isHidden(tag) || tag.name === 'template') index = Math.max(index, endOf(tags, index));
    else if (tag.name === 'img' && !isNamed(tag)) return [{ ...unwise(text), place: placeOfText(views, sign) }];
  }
  return [];
}

const text =
  'has an image without alt, of which screen readers say the address: write alt="…", or alt="" for a decoration';
const sign = /<img\b(?!(?:[^>]|%>)*\salt\b)/i;

function isNamed({ attributes }: Tag): boolean {
  const named = ['aria-label', 'aria-labelledby', 'title'].some((name) => (attributes.get(name) ?? '').trim() !== '');
  return attributes.has('alt') || named || ['none', 'presentation'].includes(attributes.get('role') ?? '');
}
