import type { FieldView } from '../field-view.js';
import { viewPath } from '../views/view-names.js';
import { accessibleNames, contentOf, endOf, isHidden, type Nameless } from './accessible-names.js';
import { unwise, type DrawnProblem } from './drawn-problem.js';
import { drawing, placeOf, placeOfText, type OwnViews } from './field-problems.js';
import { idOf, type Tag } from './html-tags.js';

/** Controls and groups without a name (WCAG 2.2, 4.1.2), and labels that belong to nothing. */
export function namelessControls(
  tags: readonly Tag[],
  fields: readonly Pick<FieldView, 'key'>[],
  views: OwnViews,
): readonly DrawnProblem[] {
  const namelessOf = accessibleNames(tags);
  const ids = new Set(tags.flatMap((tag) => idOf(tag) ?? []));
  const found = new Map<string, DrawnProblem>();
  const add = (problem: DrawnProblem): void => void found.set(`${String(problem.place)} ${problem.text}`, problem);
  const orphans: DrawnProblem[] = [];
  for (let index = 0; index < tags.length; index += 1) {
    const tag = tags[index];
    if (tag === undefined || tag.isEnd) continue;
    if (isHidden(tag) || tag.name === 'template') {
      index = endOf(tags, index);
      continue;
    }
    const target = tag.name === 'label' ? tag.attributes.get('for') : undefined;
    if (target !== undefined && !ids.has(target)) orphans.push(orphanProblem(target, views));
    if (tag.name === 'legend' && contentOf(tags, index) === '')
      add({
        ...unwise('draws a group of choices whose legend has no text: print field.label within it'),
        place: placeOfLabel(views.all, 'no text', /<legend\b/i),
        lacksText: true,
      });
    const nameless = isControl(tag) ? namelessOf(tag) : null;
    if (nameless !== null) add({ ...namelessProblem(tag, nameless, fields, views), lacksText: true });
  }
  // A control without a name says the same of a label that does not reach it.
  if (found.size === 0) orphans.forEach(add);
  return [...found.values()];
}

function orphanProblem(id: string, views: OwnViews): DrawnProblem {
  const written = placeOfText(views, `for="${id}"`);
  const what = written === null ? 'a label for an id' : `a label for the id "${id}"`;
  const place = written ?? placeOfText(views, /<label\b[^]*?\sfor\s*=/i);
  return {
    ...unwise(`draws ${what} that no element has: write for="<%= field.id %>" and id="<%= field.id %>"`),
    place,
  };
}

function isControl({ name, attributes }: Tag): boolean {
  return ['input', 'select', 'textarea', 'button'].includes(name) || (name === 'a' && attributes.has('href'));
}

function namelessProblem(
  tag: Tag,
  nameless: Nameless,
  fields: readonly Pick<FieldView, 'key'>[],
  views: OwnViews,
): DrawnProblem {
  const key = tag.attributes.get('name');
  const field = tag.name !== 'button' && fields.some((one) => one.key === key) ? key : undefined;
  const said = (what: string): string => `draws ${what} ${reasons[nameless]}: ${adviceFor(tag, nameless, field)}`;
  const sign = new RegExp(`<${tag.name}\\b`, 'i');
  if (field === undefined) return { ...unwise(said(kindOf(tag))), place: placeOfText(views, sign) };
  const ofField = views.ofFields.get(field) ?? [];
  return ofField.length > 0
    ? { ...unwise(said('an input')), place: placeOfLabel(ofField, nameless, sign) }
    : {
        ...unwise(said(`the input "${field}"`)),
        field,
        place: placeOfLabel(drawing(views.all, field), nameless, sign),
      };
}

const reasons: Readonly<Record<Nameless, string>> = {
  'no label': 'without a name that screen readers say',
  'no text': 'whose label has no text',
  hidden: 'whose label is hidden',
  'leads nowhere': 'whose aria-labelledby leads to no text',
  placeholder: 'whose only name is its placeholder, which is gone while one types',
};

function adviceFor({ name }: Tag, nameless: Nameless, field: string | undefined): string {
  if (name === 'button' || name === 'a') return 'print a text within it, or write aria-label';
  if (nameless === 'no text') return field === undefined ? 'print a text within it' : 'print field.label within it';
  if (nameless === 'hidden') return 'show it';
  if (nameless === 'leads nowhere') return 'give the id of an element with a text';
  return field === undefined
    ? 'write <label for="…"> with its id'
    : 'write <label for="<%= field.id %>"><%= field.label %></label>';
}

function kindOf({ name, attributes }: Tag): string {
  const type = attributes.get('type')?.toLowerCase() ?? '';
  if (name === 'button' || ['button', 'submit', 'reset', 'image'].includes(type)) return 'a button';
  if (name === 'a') return 'a link';
  const key = attributes.get('name') ?? '';
  return key === '' ? 'an input' : `the input "${key}"`;
}

/** Where a name is missing: in the label's own view, or else where the tag is. */
function placeOfLabel(views: OwnViews['all'], nameless: Nameless, sign: RegExp): string | null {
  const label = views.findLast(({ name }) => viewPath(name)?.view === 'elements/label');
  if (nameless === 'no text' && label !== undefined) return `${label.file}:1`;
  return placeOf(views, sign);
}
