import express, { type Express } from 'express';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import type { Message } from '../../../lib/base/message.js';
import { escapeHtml } from '../../../lib/pages/escape-html.js';
import type { PageModel } from '../../../lib/pages/page-model.js';
import type { Pages, PagesOptions } from '../../../lib/pages/pages.js';
import { gallery } from './gallery.js';
import { hostileTexts, withText } from './hostile-texts.js';
import { samplePages } from './samples.js';

/** The layouts of the kit. */
export const layouts = readdirSync(join(packageRoot, 'views/layouts')).map((file) => file.replace(/\.ejs$/, ''));

const contentSecurityPolicy =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";

export interface GalleryVariant {
  readonly layout?: string | undefined;
  /** A language tag. */
  readonly locale?: string | undefined;
  /** A key of `hostileTexts`; any other value leaves the texts as they are. */
  readonly text?: string | undefined;
  /** Stands in place of every error. */
  readonly error?: Message | undefined;
}

/** A state of the gallery as this variant shows it; `null` if there is no such state. */
export function galleryPage(name: string, { layout, locale, text, error }: GalleryVariant): PageModel | null {
  const state = gallery.get(name);
  if (state === undefined) return null;
  const hostile = Object.entries(hostileTexts).find(([key]) => key === text)?.[1];
  const shown = hostile === undefined ? state : withText(state, hostile);
  const model = error === undefined ? shown : withError(shown, error);
  return {
    ...model,
    ...(layout !== undefined && layouts.includes(layout) ? { layout } : {}),
    ...(locale === undefined || locale === '' ? {} : { locale }),
  };
}

function withError({ form, ...model }: PageModel, error: Message): PageModel {
  if (form === null) return { ...model, form };
  const errors = Object.fromEntries(Object.keys(form.errors).map((key) => [key, [error]]));
  return { ...model, form: { ...form, errors } };
}

/** Pages of the gallery in every language that ships. */
export function galleryPages(options: Partial<PagesOptions> = {}): Pages {
  return samplePages({ languages: shippedTags, ...options });
}

const shippedTags = ['en', ...readdirSync(join(packageRoot, 'languages')).map((file) => file.replace(/\.json$/, ''))];

/**
 * Every page in every state, for designers and screenshots: `/` lists them, `/<state>?layout=&locale=&text=` shows
 * one. The pages have the kit's Content-Security-Policy, so what it blocks is missing here too.
 */
export function galleryApp(pages: Pages): Express {
  const app = express();
  app.use((_req, res, next) => {
    res.setHeader('Content-Security-Policy', contentSecurityPolicy);
    next();
  });
  app.get('/', (req, res) => {
    res.type('html').send(contents(pages, variantOf(req.query)));
  });
  app.get('/:state', (req, res, next) => {
    const model = galleryPage(req.params.state, variantOf(req.query));
    if (model === null) next();
    else res.type('html').send(pages.render(model));
  });
  for (const [path, styles] of pages.stylesheets) {
    app.get(path, (_req, res) => {
      res.type('css').send(styles);
    });
  }
  for (const [path, script] of pages.scripts) {
    app.get(path, (_req, res) => {
      res.type('js').send(script);
    });
  }
  app.use((_req, res) => {
    res.status(404).type('text').send('There is no such state.');
  });
  return app;
}

function variantOf(query: Readonly<Record<string, unknown>>): GalleryVariant {
  const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return { layout: textOf(query['layout']), locale: textOf(query['locale']), text: textOf(query['text']) };
}

function contents({ languages }: Pages, variant: GalleryVariant): string {
  const query = new URLSearchParams(
    Object.entries(variant).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const choice = (name: keyof GalleryVariant, values: readonly string[]): string =>
    `<label>${name} <select name="${name}"><option value="">usual</option>${values
      .map((value) => `<option${variant[name] === value ? ' selected' : ''}>${escapeHtml(value)}</option>`)
      .join('')}</select></label>`;
  const links = [...gallery.keys()].map(
    (name) => `<li><a href="/${name}?${escapeHtml(query.toString())}">${escapeHtml(name)}</a></li>`,
  );
  return `<!doctype html><html lang="en"><title>Pages</title><meta name="viewport" content="width=device-width">
<h1>Pages</h1>
<form>${choice('layout', layouts)} ${choice(
    'locale',
    languages.map(({ tag }) => tag),
  )} ${choice('text', Object.keys(hostileTexts))} <button>Show</button></form>
<ul>${links.join('')}</ul></html>`;
}
