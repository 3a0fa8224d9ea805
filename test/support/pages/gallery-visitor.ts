import type { Browser, Page, Route } from 'playwright-core';
import { createPagePolicy } from '../../../lib/http/headers.js';
import type { PageModel } from '../../../lib/pages/page-model.js';
import type { Pages } from '../../../lib/pages/pages.js';
import { galleryPage, galleryPages } from './gallery-app.js';
import type { LookVariant } from './look-variants.js';
import { samplePages } from './samples.js';

export const galleryOrigin = 'http://app.example';

const policy = createPagePolicy({
  csp: null,
  own: { scripts: `${galleryOrigin}/join/assets/`, forms: `${galleryOrigin}/join/if/flow/` },
}).text;
const image =
  '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"><rect width="120" height="40" fill="#0b6e4f"/></svg>';

export interface GalleryVisitor {
  readonly page: Page;
  /** Takes what was noted so far: requests to other origins, and what the policy or a script complained of. */
  complaints(): readonly string[];
  /** The HTML of a state of the gallery. */
  htmlOf(state: string): string;
  open(state: string): Promise<void>;
  close(): Promise<void>;
}

/** A browser in this variant, with the gallery's pages under the kit's own Content-Security-Policy, and nothing else. */
export async function visitGallery(browser: Browser, variant: LookVariant): Promise<GalleryVisitor> {
  const pages = pagesOf(variant);
  const modelOf = (state: string): PageModel | null => {
    const model = galleryPage(state, variant);
    if (model === null || variant.languages !== true) return model;
    return { ...model, languagePath: '/join/if/flow/invite/' };
  };
  const htmlOf = (state: string): string => {
    const model = modelOf(state);
    if (model === null) throw new Error(`there is no state ${state}`);
    return pages.render(model);
  };
  const context = await browser.newContext(variant.options);
  const noted: string[] = [];
  context.on('request', (request) => {
    const { origin } = new URL(request.url());
    if (origin !== galleryOrigin && !request.url().startsWith('data:')) noted.push(`request: ${request.url()}`);
  });
  context.on('console', (line) => void noted.push(`console: ${line.text()}`));
  context.on('weberror', (error) => void noted.push(`script: ${error.error().message}`));
  await context.route('**/*', (route) => answer(route, pages, htmlOf));
  const page = await context.newPage();
  return {
    page,
    complaints: () => noted.splice(0),
    htmlOf,
    open: async (state) => void (await page.goto(`${galleryOrigin}/${state}`)),
    close: () => context.close(),
  };
}

function pagesOf({ brand, locale, languages }: LookVariant): Pages {
  const consent = { terms: '/terms', privacy: '/privacy' };
  const options = { brand: { name: 'Acme', home: '/', consent, ...brand } };
  return locale === undefined && languages !== true ? samplePages(options) : galleryPages(options);
}

function answer(route: Route, pages: Pages, htmlOf: (state: string) => string): Promise<void> {
  const { pathname } = new URL(route.request().url());
  const styles = pages.stylesheets.get(pathname);
  if (styles !== undefined) return route.fulfill({ contentType: 'text/css', body: styles });
  const script = pages.scripts.get(pathname);
  if (script !== undefined) return route.fulfill({ contentType: 'text/javascript', body: script });
  if (pathname.endsWith('.svg')) return route.fulfill({ contentType: 'image/svg+xml', body: image });
  if (pathname === '/favicon.ico') return route.fulfill({ status: 204 });
  return route.fulfill({
    contentType: 'text/html; charset=utf-8',
    headers: { 'Content-Security-Policy': policy },
    body: htmlOf(pathname.startsWith('/join/') ? 'continue' : pathname.slice(1)),
  });
}
