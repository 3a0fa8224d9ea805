import { unwise, type DrawnProblem } from './drawn-problem.js';
import { placeOfText, type OwnViews } from './field-problems.js';
import type { Tag } from './html-tags.js';

/**
 * Addresses that browsers resolve against the page's own: `brand.css` is `/if/flow/invite/brand.css` on one page and
 * another file on the next. Each once.
 */
export function relativeAddresses(tags: readonly Tag[], views: OwnViews): readonly DrawnProblem[] {
  const found = new Set(tags.filter(({ isEnd }) => !isEnd).flatMap(addressesOf));
  return [...found].map((address) => ({
    ...unwise(`has the address "${address}", which is another file below each page: begin it with /`),
    place: placeOfText(views, address),
  }));
}

function addressesOf({ attributes }: Tag): readonly string[] {
  return ['href', 'src', 'poster'].flatMap((name) => {
    // Browsers skip line breaks and tabs (URL Standard, 4.4).
    const address = (attributes.get(name) ?? '').replace(/[\t\n\r]/g, '').trim();
    return address === '' || whole.test(address) ? [] : [address];
  });
}

/** From the root, a scheme, a place in the page or the page itself with another query. */
const whole = /^(?:[/#?\\]|[a-z][a-z\d+.-]*:)/i;
