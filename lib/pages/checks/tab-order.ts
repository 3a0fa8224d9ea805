import { unwise, type DrawnProblem } from './drawn-problem.js';
import { placeOfText, type OwnViews } from './field-problems.js';
import type { Tag } from './html-tags.js';

/**
 * Elements that the Tab key reaches before every other one, in an order that the page does not show (WCAG 2.2, 2.4.3).
 * Reported once for a page.
 */
export function tabOrderProblems(tags: readonly Tag[], views: OwnViews): readonly DrawnProblem[] {
  const found = tags.find(({ isEnd, attributes }) => !isEnd && positive.test(attributes.get('tabindex') ?? ''));
  if (found === undefined) return [];
  const value = (found.attributes.get('tabindex') ?? '').trim();
  return [
    {
      ...unwise(
        `has tabindex="${value}", which the Tab key reaches before everything else on the page: remove it, and put the elements in their order`,
      ),
      place: placeOfText(views, sign),
    },
  ];
}

// Browsers read the number at the start, and skip what follows it (HTML, 2.3.4.1).
const positive = /^\s*\+?0*[1-9]/;
const sign = /\stabindex\s*=\s*["']?\s*\+?0*[1-9]/i;
