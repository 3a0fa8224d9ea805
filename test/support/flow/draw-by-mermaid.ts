import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

/** What Mermaid reads in a text, and for a drawing the lines that its boxes show. */
export interface ReadByMermaid {
  readonly type: string;
  readonly nodes: number;
  readonly links: number;
  readonly groups: number;
}

export interface DrawnByMermaid extends ReadByMermaid {
  readonly boxes: readonly (readonly string[])[];
  /** Elements that do more than show a text. */
  readonly others: readonly string[];
}

const program = createRequire(import.meta.url).resolve('mermaid/dist/mermaid.min.js');

const read = `async (text) => {
  const { type, db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  return { type, nodes: db.getVertices().size, links: db.getEdges().length, groups: db.getSubGraphs().length };
}`;

const draw = `async (text, at) => {
  const { svg } = await mermaid.render('drawing' + String(at), text);
  const drawn = new DOMParser().parseFromString(svg, 'text/html');
  for (const lineBreak of drawn.querySelectorAll('br')) lineBreak.replaceWith('\\n');
  const labels = [...drawn.querySelectorAll('.node .nodeLabel')];
  return {
    boxes: labels.map(({ textContent }) => textContent.split('\\n')),
    others: [...drawn.querySelectorAll('a, b, em, i, img, li, math, script, strong')].map(({ outerHTML }) => outerHTML),
  };
}`;

/** Gives the page Mermaid's own program. */
export async function loadMermaid(page: Page): Promise<void> {
  await page.setContent('<body></body>');
  await page.addScriptTag({ path: program });
  await page.evaluate(`mermaid.initialize({ startOnLoad: false })`);
}

/** Parses each text; it throws for a text that Mermaid refuses. */
export function readByMermaid(page: Page, texts: readonly string[]): Promise<readonly ReadByMermaid[]> {
  return page.evaluate(`(async () => {
    const all = [];
    for (const text of ${JSON.stringify(texts)}) all.push(await (${read})(text));
    return all;
  })()`);
}

/** Parses and draws each text. */
export function drawnByMermaid(page: Page, texts: readonly string[]): Promise<readonly DrawnByMermaid[]> {
  return page.evaluate(`(async () => {
    const all = [];
    for (const [at, text] of ${JSON.stringify(texts)}.entries())
      all.push({ ...(await (${read})(text)), ...(await (${draw})(text, at)) });
    return all;
  })()`);
}
