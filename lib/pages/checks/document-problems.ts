import { unwise, type DrawnProblem } from './drawn-problem.js';
import { placeOf, placeOfText, type OwnViews } from './field-problems.js';
import type { Tag } from './html-tags.js';
import { viewPath } from '../views/view-names.js';

/** What the document around a page has to say and to load. */
export interface DocumentNeeds {
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  /** True for an app with class names of its own: its stylesheet need not be the kit's. */
  readonly hasOwnClasses: boolean;
}

/** What the layout around a page lacks: visitors see or hear it, and the log says nothing by itself. */
export function documentProblems(
  html: string,
  tags: readonly Tag[],
  { lang, dir, hasOwnClasses }: DocumentNeeds,
  views: OwnViews,
): readonly DrawnProblem[] {
  const starts = tags.filter(({ isEnd }) => !isEnd);
  const problem = (text: string, place: string | null): readonly DrawnProblem[] => [{ ...unwise(text), place }];
  const [inLayout, inHead] = [placeIn(views, ['layouts/']), placeIn(views, ['elements/head', 'layouts/'])];
  if (!starts.some(({ name }) => ['html', 'head', 'title', 'body'].includes(name)))
    return problem(
      'is no whole document, only its content: put it into a layout with <html lang>, <title> and the stylesheet',
      inLayout,
    );
  const root = starts.find(({ name }) => name === 'html')?.attributes;
  const written = placeOfText(views, /<html\b/i) ?? inLayout;
  return [
    ...(/^\s*(?:<!--[^]*?-->\s*)*<!doctype\s+html/i.test(html)
      ? []
      : problem('does not begin with <!doctype html>: browsers then draw it by rules of old', inLayout)),
    ...languageProblems(root, starts, { lang, dir }).flatMap((text) => problem(text, written)),
    ...(hasTitle(tags)
      ? []
      : problem('has no title: write <title><%= locals.page.documentTitle %></title> (model.page in render)', inHead)),
    ...viewportProblems(starts).flatMap((text) => problem(text, inHead)),
    ...(isStyled(starts, hasOwnClasses) ? [] : problem(withoutStyles, inHead)),
  ];
}

const withoutStyles =
  'does not load the stylesheet of its classes: write <link rel="stylesheet" href="<%= locals.stylesheet %>"> (model.stylesheet in render), or set the option "classes"';

/** WCAG 2.2, 3.1.1: screen readers speak in the language that the page says. */
function languageProblems(
  root: Tag['attributes'] | undefined,
  starts: readonly Tag[],
  { lang, dir: meant }: Pick<DocumentNeeds, 'lang' | 'dir'>,
): readonly string[] {
  const said = (root?.get('lang') ?? '').trim();
  const primary = (tag: string): string => (tag.split(/[-_]/, 1)[0] ?? '').toLowerCase();
  const remedy = 'write <html lang="<%= locals.lang %>"> (model.lang in render)';
  const direction = (root?.get('dir') ?? starts.find(({ name }) => name === 'body')?.attributes.get('dir') ?? 'ltr')
    .trim()
    .toLowerCase();
  return [
    ...(said === '' ? [`has no language: ${remedy}`] : []),
    ...(said !== '' && primary(said) !== primary(lang)
      ? [`has lang="${said}" in the language "${lang}": ${remedy}`]
      : []),
    ...(direction === meant || direction === 'auto'
      ? []
      : [
          `is written from ${meant === 'rtl' ? 'right to left' : 'left to right'} in the language "${lang}", and does not say so: write <html dir="<%= locals.dir %>"> (model.dir in render)`,
        ]),
  ];
}

/** That of the document, not one within a picture. */
function hasTitle(tags: readonly Tag[]): boolean {
  let pictures = 0;
  return tags.some(({ name, isEnd, text }) => {
    if (name === 'svg') pictures = Math.max(0, pictures + (isEnd ? -1 : 1));
    return name === 'title' && !isEnd && pictures === 0 && text.trim() !== '';
  });
}

function viewportProblems(starts: readonly Tag[]): readonly string[] {
  const viewport = starts.find(
    ({ name, attributes }) => name === 'meta' && attributes.get('name')?.toLowerCase() === 'viewport',
  );
  const content = (viewport?.attributes.get('content') ?? '').toLowerCase().replace(/\s/g, '');
  const remedy = 'write <meta name="viewport" content="width=device-width, initial-scale=1">';
  if (!/width=device-width|initial-scale=1(?![\d.]*[1-9])/.test(content))
    return [`has no viewport, so that phones show it small: ${remedy}`];
  // WCAG 2.2, 1.4.4.
  const most = /maximum-scale=([\d.]+)/.exec(content)?.[1];
  return /user-scalable=(?:no|0)(?![\d.])/.test(content) || (most !== undefined && Number(most) < 2)
    ? [`keeps people from zooming: ${remedy}`]
    : [];
}

/**
 * The kit's stylesheet is recognized by its name, which a changed copy may keep. Without it, the kit's classes have no look,
 * except in an app that gives them other names; and a page without any class of the kit needs none.
 */
function isStyled(starts: readonly Tag[], hasOwnClasses: boolean): boolean {
  const sheets = starts.filter(
    ({ name, attributes }) => name === 'link' && /(?:^|\s)stylesheet(?:\s|$)/i.test(attributes.get('rel') ?? ''),
  );
  if (sheets.some(({ attributes }) => /enrollment[^/]*$/i.test(attributes.get('href') ?? ''))) return true;
  if (sheets.length > 0 && hasOwnClasses) return true;
  return !starts.some(({ attributes }) => /(?:^|\s)enrollment-(?!page)/.test(attributes.get('class') ?? ''));
}

/** The first line of the view that has to bring it; `null`: none of the app's. */
function placeIn({ all }: OwnViews, names: readonly string[]): string | null {
  const of = (wanted: string) => all.findLast(({ name }) => viewPath(name)?.view.startsWith(wanted) === true);
  const found = names.reduce<(typeof all)[number] | undefined>((view, wanted) => view ?? of(wanted), undefined);
  return found === undefined ? null : placeOf([found], /<head\b/i);
}
