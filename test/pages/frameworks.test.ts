import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { isCampaign } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { computedStyles, differencesOf, type ComputedStyles } from '../support/pages/computed-styles.js';
import { gallery } from '../support/pages/gallery.js';
import { samplePages } from '../support/pages/samples.js';
import { viewFolder } from '../support/pages/view-folder.js';

const require = createRequire(import.meta.url);
const read = (file: string): string => readFileSync(require.resolve(file), 'utf8');
const preflight = read('tailwindcss/preflight.css').replaceAll(/--theme\([^;]*\);/g, 'inherit;');

/** The stylesheets as they are published; Tailwind's reset as it is compiled, and without its layers. */
const frameworks = {
  bootstrap: read('bootstrap/dist/css/bootstrap.css'),
  bulma: read('bulma/css/bulma.css'),
  'tailwind, in layers': `@layer theme, base, components, utilities; @layer base { ${preflight} }`,
  'tailwind, without layers': preflight,
};

/** Elements of an app beside the kit's, with the classes of each framework. */
const components = `
<h1 class="title">Title</h1><h2>Heading</h2><p>Text with <a href="/x">a link</a>, <code>code</code> and <b>weight</b>.</p>
<ul><li>One</li><li>Two</li></ul><ol><li>One</li></ol><hr>
<div class="alert alert-primary notification is-info" role="alert">Notice</div>
<div class="card"><div class="card-body card-content">Card</div></div>
<form><fieldset><legend>Legend</legend><label class="form-label label" for="a">Label</label>
<input id="a" class="form-control input" placeholder="Words"><input aria-label="b" value="bare">
<select class="form-select" aria-label="c"><option>One</option></select><textarea aria-label="d">Text</textarea>
<input type="checkbox" class="form-check-input" aria-label="e"></fieldset>
<button class="btn btn-primary button is-primary">Button</button><button>Bare</button></form>
<table class="table"><tbody><tr><th>Head</th><td>Cell</td></tr></tbody></table>`;

const everyState = ['account-wrong', 'choices-wrong', 'sources-denied', 'identification-wrong'];

const sheets = (...styles: readonly string[]): string => styles.map((style) => `<style>${style}</style>`).join('');

describe('the theme beside the stylesheet of a framework', () => {
  const pages = samplePages();
  const theme = pages.stylesheet.body;
  let browser: Browser;
  let page: Page;
  before(async () => {
    browser = await launchBrowser();
    page = await browser.newPage();
  });
  after(() => browser.close());

  /** A page of the kit in its own layout; the framework comes from the app's slot. */
  const inKitLayout = (framework: string): ((state: string) => string) => {
    const drawn = samplePages({ views: viewFolder({ 'slots/head.ejs': sheets(framework) }) });
    return (state) => {
      const model = gallery.get(state);
      assert.ok(model);
      return drawn.render(model).replace(/<link rel="stylesheet"[^>]*>/, sheets(theme));
    };
  };

  /** A page of the kit within an app's layout, beside components of the framework. */
  function inAppLayout(head: string, state: string): string {
    const model = gallery.get(state);
    assert.ok(model);
    return `<!doctype html><html lang="en"><head>${head}</head>
<body><div id="app">${components}</div><main id="kit">${pages.content(model).html}</main></body></html>`;
  }

  for (const [at, [name, framework]] of Object.entries(frameworks).entries()) {
    // Outside a campaign each framework meets one of the states.
    const states = everyState.filter((_, index) => isCampaign || index === at % everyState.length);

    it(`looks the same in the kit's layout: ${name}`, async () => {
      const [alone, beside] = [inKitLayout(''), inKitLayout(framework)];
      for (const state of states) {
        await page.setContent(alone(state));
        const expected = await stylesOf(page, 'body');
        await page.setContent(beside(state));
        assert.deepEqual(differencesOf(expected, await stylesOf(page, 'body')), [], state);
      }
    });

    it(`looks the same in the app's layout, and changes nothing there: ${name}`, async () => {
      for (const colorScheme of isCampaign ? (['light', 'dark'] as const) : (['dark'] as const)) {
        await page.emulateMedia({ colorScheme });
        await page.setContent(inAppLayout(sheets(framework), 'everything'));
        const app = await computedStyles(page, '#app');
        const body = await page.evaluate<string>(inheritedStyle);
        for (const state of states) {
          await page.setContent(inAppLayout(sheets(theme, body), state));
          const kit = await computedStyles(page, '#kit');
          for (const head of [sheets(framework, theme), sheets(theme, framework)]) {
            await page.setContent(inAppLayout(head, state));
            assert.deepEqual(differencesOf(app, await computedStyles(page, '#app')), [], `${state}, ${colorScheme}`);
            // Between cascade layers the first stylesheet decides.
            if (name === 'tailwind, in layers' && head.startsWith(sheets(theme))) continue;
            assert.deepEqual(differencesOf(kit, await computedStyles(page, '#kit')), [], state);
          }
        }
      }
      await page.emulateMedia({ colorScheme: null });
    });
  }
});

/** With the outline of the focus, which browsers draw only while an element has it. */
async function stylesOf(page: Page, selector: string): Promise<ComputedStyles> {
  await page.evaluate("document.querySelector('.enrollment-page a').focus()");
  return computedStyles(page, selector);
}

/** What the body of the app hands down to every page in it. */
const inheritedStyle = `(() => {
  const style = getComputedStyle(document.body);
  const lines = parseFloat(style.lineHeight) / parseFloat(style.fontSize);
  const names = [...style].filter((name) => /^(color|font|letter|text-(?!decoration)|tab|-webkit-(text|tap|font)|word|overflow-wrap)/.test(name));
  return 'body {' + ['margin', 'background-color', ...names].map((name) => name + ':' + style.getPropertyValue(name)).join(';') + ';line-height:' + lines + '}';
})()`;
