import { isJsonList } from '../../base/json.js';
import type { FormView } from '../form-view.js';
import type { ViewFile } from '../views/view-files.js';
import { viewPath } from '../views/view-names.js';
import type { ViewModel } from '../view-model.js';
import { formsIn, isSubmit } from './drawn-forms.js';
import { unwise, type DrawnProblem, type LostPart } from './drawn-problem.js';
import { placeOf, type OwnViews } from './field-problems.js';
import type { Tag } from './html-tags.js';

/** What a page has to show beside its fields. */
type ShownParts = Pick<ViewModel, 'page' | 'form'>;

/** Something that the page does not show. */
interface Lost {
  /** What the template has to draw, as its author knows it. */
  readonly what: string;
  /** The element of the kit that draws it; `null`: the page does. */
  readonly element: string | null;
  /** What an own element of that name has to contain. */
  readonly write: string;
  readonly part?: LostPart;
}

/**
 * What people would miss on a page without an error: second buttons, the sentence about what they agree to, and, where
 * the page is its text alone, the reason, the reference and the ways on.
 */
export function lostParts(
  tags: readonly Tag[],
  { page, form }: ShownParts,
  { all }: OwnViews,
): readonly DrawnProblem[] {
  const view = page.view.slice(1);
  const text = shownText(tags);
  const found = [
    ...(form === null ? [] : [...lostButtons(tags, page, form), ...lostConsent(text, form)]),
    ...(textPages.has(view) ? lostText(tags, text, page) : []),
  ];
  return found.map(({ what, element, write, part }) => {
    const culprit = [element, 'elements/form', view].reduce<ViewFile | undefined>(
      (known, name) => known ?? all.findLast((one) => viewPath(one.name)?.view === name),
      undefined,
    );
    const isIncluded = element !== null && (culprit === undefined || viewPath(culprit.name)?.view !== element);
    return {
      ...unwise(`does not show ${what}: ${isIncluded ? `include('/${element}')` : `write ${write}`}`),
      place: culprit === undefined ? null : placeOf([culprit], /<form\b/i),
      ...(part === undefined ? {} : { lost: part }),
    };
  });
}

function lostButtons(
  tags: readonly Tag[],
  { view, challenge }: ViewModel['page'],
  { alternative }: FormView,
): readonly Lost[] {
  const drawn = formsIn(tags).forms.flatMap(({ inside }) => inside.filter(isSubmit));
  const has = (name: string, value: string | null): boolean =>
    drawn.some(
      ({ attributes }) => attributes.get('name') === name && (value === null || attributes.get('value') === value),
    );
  // Only what the challenge has for sure: a trial drawing completes it.
  const known = (name: string) => (Object.hasOwn(challenge, name) ? challenge[name] : undefined);
  const others = known('other_challenges');
  const offered: readonly unknown[] = tags.flatMap(({ attributes }) =>
    attributes.get('name') === 'selected_challenge' ? [attributes.get('value')] : [],
  );
  return [
    ...(alternative === null ? [] : when(!has(alternative.name, alternative.value), alternativeOf(alternative.label))),
    ...when(known('resend') === true && !has('resend', null), resend),
    ...when(view === '/pages/permissions' && !has('decline', null), decline),
    ...when(isJsonList(others) && others.some((way) => !offered.includes(way)), otherWays),
  ];
}

function alternativeOf(label: string): Lost {
  return {
    what: `the button "${label}" (form.alternative)`,
    element: 'elements/submit',
    write:
      '<% if (locals.form.alternative) { %><button name="<%= locals.form.alternative.name %>" value="<%= locals.form.alternative.value %>"><%= locals.form.alternative.label %></button><% } %>',
    part: 'alternative',
  };
}

const resend: Lost = {
  what: 'the button that sends a new email (page.challenge.resend)',
  element: 'elements/submit',
  write:
    '<% if (locals.page.challenge.resend) { %><button name="resend" value="true" formnovalidate><%= locals.text(\'email.resend\') %></button><% } %>',
  part: 'resend',
};

const decline: Lost = {
  what: 'the button that refuses',
  element: null,
  write: '<button name="decline" value="yes"><%= locals.text(\'stage.consent.decline\') %></button>',
};

const otherWays: Lost = {
  what: 'the buttons for other second factors (page.challenge.other_challenges)',
  element: 'elements/other-challenges',
  write: "a form for each of them, as the kit's element does",
};

function lostConsent(text: string, { consent }: FormView): readonly Lost[] {
  const isLost = consent?.some((part) => !text.includes(collapsed(part.text))) === true;
  return when(isLost, {
    what: 'what people agree to by creating an account (form.consent; brand.consent: false leaves it out)',
    element: 'elements/consent',
    write:
      "<% if (locals.form.consent) { %><%- include('/elements/linked-text', { parts: locals.form.consent }) %><% } %>",
    part: 'consent',
  });
}

/** They consist of what happened, why, and where to go from here. */
const textPages: ReadonlySet<string> = new Set([
  'pages/denied',
  'pages/problem',
  'pages/enrolled',
  'pages/continue',
  'pages/cancel',
]);

function lostText(
  tags: readonly Tag[],
  text: string,
  { messages, reference, links }: ViewModel['page'],
): readonly Lost[] {
  const leads = ({ href, button }: ViewModel['page']['links'][number]): boolean =>
    tags.some(
      ({ name, attributes }) =>
        (name === 'a' && attributes.get('href') === href) ||
        (button !== null && name === 'button' && attributes.get('name') === button.name),
    );
  return [
    ...when(!messages.every((one) => text.includes(collapsed(one))), {
      what: 'what the page says (page.messages)',
      element: 'elements/messages',
      write: '<% for (const message of locals.page.messages) { %><p><%= message %></p><% } %>',
    }),
    ...when(reference !== null && !text.includes(collapsed(reference)), {
      what: 'the reference that people quote when they ask for help (page.reference)',
      element: 'elements/reference',
      write: '<% if (locals.page.reference) { %><p><%= locals.page.reference %></p><% } %>',
    }),
    ...when(links.length > 0 && !links.some(leads), {
      what: 'where to go from here (page.links)',
      element: 'elements/links',
      write: '<% for (const { href, label } of locals.page.links) { %><a href="<%= href %>"><%= label %></a><% } %>',
    }),
  ];
}

function when(isLost: boolean, lost: Lost): readonly Lost[] {
  return isLost ? [lost] : [];
}

/** The text of a page as people read it, in one line. */
function shownText(tags: readonly Tag[]): string {
  return collapsed(
    tags.map(({ name, isEnd, text }) => (['script', 'style', 'title'].includes(name) && !isEnd ? '' : text)).join(''),
  );
}

function collapsed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
