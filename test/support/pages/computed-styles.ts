import type { Page } from 'playwright-core';

/** What can be seen of each element and pseudo-element, by its place in the document. */
export type ComputedStyles = Readonly<Record<string, Readonly<Record<string, string>>>>;

const sides = ['top', 'right', 'bottom', 'left'];
const visible = [
  ...sides.flatMap((side) => [`margin-${side}`, `padding-${side}`, `border-${side}-width`]),
  ...sides.map((side) => `border-${side}-color`),
  ...['border-top-left-radius', 'box-shadow', 'display', 'float', 'position', 'width', 'height', 'top'],
  ...['color', 'color-scheme', 'background-color', 'background-image', 'opacity', 'cursor', 'content'],
  ...['font-family', 'font-size', 'font-weight', 'font-style', 'line-height', 'letter-spacing', 'text-transform'],
  ...['text-align', 'text-decoration-line', 'text-decoration-color', 'text-underline-offset', 'white-space-collapse'],
  ...['list-style-type', 'overflow-x', 'outline-style', 'outline-width', 'outline-offset'],
  ...['flex-grow', 'justify-content', 'align-items', 'row-gap', 'column-gap', 'accent-color'],
];

export async function computedStyles(page: Page, selector: string): Promise<ComputedStyles> {
  return page.evaluate<ComputedStyles>(`(() => {
    const root = document.querySelector('${selector}');
    const styles = {};
    for (const [at, element] of [root, ...root.querySelectorAll(':not([type=hidden], option)')].entries()) {
      for (const pseudo of ['', '::before', '::after', ...(element.matches('input') ? ['::placeholder'] : [])]) {
        const style = getComputedStyle(element, pseudo);
        if (/before|after/.test(pseudo) && style.content === 'none') continue;
        styles[at + ' ' + element.cloneNode().outerHTML + pseudo] =
          Object.fromEntries(${JSON.stringify(visible)}.map((name) => [name, style.getPropertyValue(name)]));
      }
    }
    return styles;
  })()`);
}

/** What differs, as `element: property: one, other`. */
export function differencesOf(one: ComputedStyles, other: ComputedStyles): readonly string[] {
  const elements = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...elements].flatMap((element) => {
    const [before = {}, after = {}] = [one[element], other[element]];
    return Object.keys({ ...before, ...after })
      .filter((name) => before[name] !== after[name])
      .map((name) => `${element}: ${name}: ${String(before[name])}, ${String(after[name])}`);
  });
}
