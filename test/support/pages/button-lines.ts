import type { Page } from 'playwright-core';

/** The lines of each button and each link that stands alone in these pages, drawn in the width of the window. */
export async function buttonLines(page: Page, htmls: readonly string[]): Promise<readonly string[]> {
  const found: unknown = await page.evaluate(`(${script})(${JSON.stringify(htmls)})`);
  return Array.isArray(found) ? found.map(String) : [`no answer from the page: ${String(found)}`];
}

/** Each as its lines with `|` between them. Without scripts: what they add has one word. */
const script = `(htmls) => {
  const linesOf = (element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    let [text, before] = ['', null];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      for (let at = 0; at < node.data.length; at += 1) {
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const { top, width } = range.getBoundingClientRect();
        if (width > 0 && before !== null && top > before + 8) text += '|';
        if (width > 0) before = top;
        text += node.data[at];
      }
    }
    return text.replace(/\\s+/g, ' ').replace(/ ?\\| ?/g, '|').trim();
  };
  const found = new Set();
  for (const html of htmls) {
    const { documentElement, body } = new DOMParser().parseFromString(html, 'text/html');
    document.documentElement.lang = documentElement.lang;
    document.documentElement.dir = documentElement.dir;
    document.body.className = body.className;
    document.body.replaceChildren(...body.childNodes);
    for (const element of document.querySelectorAll('button, .enrollment-button, .enrollment-link'))
      if (element.checkVisibility()) found.add(linesOf(element));
  }
  return [...found];
}`;
