import { message, type Message } from '../../base/message.js';
import { directionOf } from '../../base/language-tag.js';
import { languageChoices, type LanguageChoice } from '../languages/language-choices.js';
import type { Language } from '../languages/languages.js';
import { escapeHtml } from '../escape-html.js';
import type { Brand, PageLink, PlainPage } from '../page-model.js';

interface PlainWords {
  readonly brand: Pick<Brand, 'name' | 'home'>;
  readonly stylesheet: string;
  /** Those that visitors can choose; empty where there is nothing to choose. */
  readonly languages: readonly Language[];
  readonly text: (message: Message) => string;
}

/** A page without templates: shown when a view has failed. Nothing in it can fail. */
export function renderPlain(page: PlainPage, { brand, stylesheet, languages, text }: PlainWords): string {
  const say = (sentence: Message): string => escapeHtml(text(sentence));
  const title = text(page.title);
  const body = [
    ...page.messages.map((sentence) => `<p class="enrollment-message">${say(sentence)}</p>`),
    ...(page.reference === null
      ? []
      : [`<p class="enrollment-reference">${say(message('page.reference', { reference: page.reference }))}</p>`]),
    ...(page.details === undefined ? [] : [`<pre class="enrollment-details">${escapeHtml(page.details)}</pre>`]),
    ...(page.links.length === 0
      ? []
      : [
          '<ul class="enrollment-links">',
          ...page.links.map((link, index) => linkHtml(link, page.reference !== null && index === 0, say)),
          '</ul>',
        ]),
  ];
  return `<!doctype html>
<html lang="${escapeHtml(page.locale)}" dir="${directionOf(page.locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${say(message('page.title', { page: title }))}</title>
<link rel="stylesheet" href="${escapeHtml(stylesheet)}">
</head>
<body class="enrollment-page enrollment-page--problem">
<header class="enrollment-brand"><a class="enrollment-brand__link" href="${escapeHtml(brand.home)}">${escapeHtml(brand.name)}</a></header>
<main class="enrollment-card">
<div class="enrollment-heading"><h1 class="enrollment-heading__title">${escapeHtml(title)}</h1></div>
${body.join('\n')}
</main>
${languagesHtml(languageChoices(languages, page.locale, page.languagePath), say(message('languages.label')))}</body>
</html>
`;
}

/** As `elements/languages` draws them. */
function languagesHtml(choices: readonly LanguageChoice[], label: string): string {
  if (choices.length === 0) return '';
  const items = choices.map(({ tag, name, dir, href, current }) => {
    const attributes = `href="${escapeHtml(href)}" lang="${tag}" hreflang="${tag}" dir="${dir}"`;
    return `<li><a class="enrollment-languages__link" ${attributes}${current ? ' aria-current="true"' : ''}>${escapeHtml(name)}</a></li>`;
  });
  const [first] = choices;
  const { name = '' } = choices.find(({ current }) => current) ?? first ?? {};
  return `<nav class="enrollment-languages" aria-label="${label}">
<details>
<summary>${escapeHtml(name)}</summary>
<ul class="enrollment-languages__list">
${items.join('\n')}
</ul>
</details>
</nav>
`;
}

/** `foremost`: what to do next after a failure; it looks like a button. */
function linkHtml({ href, label }: PageLink, foremost: boolean, say: (sentence: Message) => string): string {
  const anchor = (look: string): string => `<a class="${look}" href="${escapeHtml(href)}">${say(label)}</a>`;
  return foremost
    ? `<li class="enrollment-links__button">\n${anchor('enrollment-button')}</li>`
    : `<li>${anchor('enrollment-link')}</li>`;
}
