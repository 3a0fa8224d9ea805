import { localeField } from '../../base/reserved-names.js';
import type { PageLink } from '../page-model.js';
import type { ViewFile } from '../views/view-files.js';
import { viewPath } from '../views/view-names.js';
import { placeOf } from './field-problems.js';
import { tagsIn, type Tag } from './html-tags.js';

/** What layouts show beside the page, as far as the app has it. */
export interface LayoutParts {
  readonly logo?: string | undefined;
  readonly picture?: string | undefined;
  /** Without those that the sentence of consent names. */
  readonly links: readonly (PageLink & { readonly name: string })[];
  /** True where visitors choose their language on the kit's pages. */
  readonly languages: boolean;
}

/** Something that a layout shows. */
interface Part {
  readonly what: string;
  /** The element of the kit that draws it. */
  readonly element: string;
  /** What an own element or layout has to contain. */
  readonly write: string;
  readonly isShown: (tags: readonly Tag[]) => boolean;
  /** True where each layout needs it; false: one of them is enough. */
  readonly isEverywhere: boolean;
}

interface LayoutCheck {
  /** Looks at a whole page, and at the views of the app that it was drawn with. */
  see(html: string, own: readonly ViewFile[]): void;
  /** What layouts of the app do not show, with the file. What the kit's own layouts leave out is known by their names. */
  warnings(): readonly string[];
}

/** Finds out what the layouts of the app leave out, from the pages that were drawn with them. */
export function layoutCheck(parts: LayoutParts): LayoutCheck {
  const wanted = partsOf(parts);
  const shown = new Set<Part>();
  const found = new Map(wanted.map((part) => [part, { lost: new Set<string>(), kept: new Set<string>() }]));
  return {
    see(html, own) {
      if (wanted.length === 0) return;
      const tags = tagsIn(html);
      for (const part of wanted) {
        const isShown = part.isShown(tags);
        if (isShown) shown.add(part);
        for (const text of problem(part, own)) found.get(part)?.[isShown ? 'kept' : 'lost'].add(text);
      }
    },
    warnings: () =>
      [...found].flatMap(([part, { lost, kept }]) =>
        // A view that shows it on some of its pages does so on purpose.
        shown.has(part) && !part.isEverywhere ? [] : [...lost].filter((text) => !kept.has(text)),
      ),
  };
}

function problem({ what, element, write }: Part, own: readonly ViewFile[]): readonly string[] {
  const find = (matches: (view: string) => boolean): ViewFile | undefined =>
    own.findLast(({ name }) => matches(viewPath(name)?.view ?? ''));
  const ofElement = find((view) => view === element);
  const culprit = ofElement ?? find((view) => view.startsWith('layouts/'));
  const place = culprit === undefined ? null : placeOf([culprit], /<body\b/i);
  if (place === null) return [];
  return [`${place}: does not show ${what}: ${ofElement === undefined ? `include('/${element}')` : `write ${write}`}`];
}

function partsOf({ logo, picture, links, languages }: LayoutParts): readonly Part[] {
  const image = (name: 'logo' | 'picture', element: string, address: string | undefined): readonly Part[] =>
    address === undefined
      ? []
      : [
          {
            what: `the ${name} (brand.${name})`,
            element,
            write: `<img src="<%= locals.brand.${name} %>" alt="…">`,
            isShown: (tags) =>
              tags.some(({ attributes }) => [...attributes.values()].some((one) => one.includes(address))),
            isEverywhere: false,
          },
        ];
  return [
    ...image('logo', 'elements/brand', logo),
    ...image('picture', 'elements/panel', picture),
    ...links.map(({ name, href }): Part => ({
      what: `the link brand.links.${name}`,
      element: 'elements/legal',
      write:
        '<% for (const { href, label } of locals.brand.links) { %><a href="<%= href %>"><%= locals.text(label) %></a><% } %>',
      isShown: (tags) => tags.some(({ attributes }) => attributes.get('href') === href),
      isEverywhere: false,
    })),
    ...(languages ? [languageSwitch] : []),
  ];
}

// An app with an own switch leaves out the kit's by an element of its own.
const languageSwitch: Part = {
  what: 'the language switch (an empty elements/languages leaves it out)',
  element: 'elements/languages',
  write: '<a href="<%= href %>"> for locals.languages',
  isShown: (tags) =>
    tags.some(
      ({ attributes }) =>
        [localeField, 'locale'].includes(attributes.get('name') ?? '') ||
        /[?&]locale=/.test(attributes.get('href') ?? ''),
    ),
  isEverywhere: true,
};
