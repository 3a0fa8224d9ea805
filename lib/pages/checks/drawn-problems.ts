import type { FormView } from '../form-view.js';
import type { AllowedSources } from './allowed-sources.js';
import { blockedLoads } from './blocked-loads.js';
import { documentProblems, type DocumentNeeds } from './document-problems.js';
import { deadEnd, unwise, type DrawnProblem } from './drawn-problem.js';
import { noOwnViews, placeOf, placeOfText, type OwnViews } from './field-problems.js';
import { formProblems } from './form-problems.js';
import { decoded, tagsIn, type Tag } from './html-tags.js';
import { imageProblems } from './image-problems.js';
import { missingScripts } from './missing-scripts.js';
import { viewPath } from '../views/view-names.js';
import { namelessControls } from './nameless-controls.js';
import { relativeAddresses } from './relative-addresses.js';
import { tabOrderProblems } from './tab-order.js';

/**
 * Checks the HTML of a page against its form. A page without a form may look as it likes. `scripts`: those that it has to
 * load. Where its layout is still to come, there are none, and `document` is `null`.
 */
export function drawnProblems(
  html: string,
  form: FormView | null,
  sources: AllowedSources | null = null,
  views: OwnViews = noOwnViews,
  page = '',
  scripts: readonly string[] = [],
  document: DocumentNeeds | null = null,
): readonly DrawnProblem[] {
  const tags = tagsIn(html);
  if (tags.some(({ name, text }) => !rawTexts.has(name) && escapedMarkup.test(text)))
    return [{ ...deadEnd(isEscaped), place: placeOfText(views, /<%=\s*include\(/) }];
  const ofForm = form === null ? null : formProblems(tags, form, views, page);
  return [
    ...(ofForm?.problems ?? []),
    ...(form !== null && ofForm?.isFound === true ? hiddenErrors(form, html, views, page) : []),
    ...namelessControls(tags, form?.fields ?? [], views),
    ...missingScripts(tags, scripts, views),
    ...(document === null ? [] : documentProblems(html, tags, document, views)),
    ...imageProblems(tags, views),
    ...relativeAddresses(tags, views),
    ...tabOrderProblems(tags, views),
    ...blockedProblems(tags, sources, views),
  ];
}

// The heading or the form of a page, as visitors would read it. Texts of people are in no element of the kit's.
const escapedMarkup = /<(?:h1|form)\s[^<>]*class="[^"]*"[^]*<\/(?:h1|form)>/;
const rawTexts: ReadonlySet<string> = new Set(['script', 'style', 'textarea', 'title', 'pre', 'code']);
const isEscaped =
  'shows its markup as text, because its HTML is escaped: print it as it is, with <%- … %> in EJS, {{{html}}} in Handlebars, {{ html | safe }} in Nunjucks';

function hiddenErrors(
  { errors, fields }: FormView,
  html: string,
  { all }: OwnViews,
  page: string,
): readonly DrawnProblem[] {
  if (errors.length === 0) return [];
  const text = decoded(html);
  const own = (view: string) => all.findLast(({ name }) => viewPath(name)?.view === view);
  const summary = own('elements/errors');
  const culprit = summary ?? own(page);
  return errors
    .filter(({ texts }) => !texts.some((one) => text.includes(one)))
    .map(({ label, href }) => ({
      ...unwise(
        label === null
          ? `does not show an error of the form: ${summary === undefined ? "include('/elements/errors')" : 'print form.errors'}`
          : `does not show the error of "${label}": print field.errors, or include('/elements/field', { field })`,
      ),
      field: fields.find(({ id }) => href === `#${id}`)?.key ?? null,
      ...(label === null && culprit !== undefined ? { place: placeOf([culprit], /<form\b/i) } : {}),
    }));
}

function blockedProblems(
  tags: readonly Tag[],
  sources: AllowedSources | null,
  views: OwnViews,
): readonly DrawnProblem[] {
  return blockedLoads(tags, sources).map(({ what, advice, sign }) => ({
    ...unwise(`has ${what}, which the Content-Security-Policy blocks: ${advice}`),
    place: placeOfText(views, sign),
  }));
}
