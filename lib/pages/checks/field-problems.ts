import type { FieldView } from '../field-view.js';
import { lineAt } from '../views/scriptlets.js';
import type { ViewFile } from '../views/view-files.js';
import { viewPath } from '../views/view-names.js';
import type { DrawnForm } from './drawn-forms.js';
import type { DrawnProblem } from './drawn-problem.js';
import type { Tag } from './html-tags.js';

/** The views of the app that a page was drawn with, in order, and those that got a field, by its key. */
export interface OwnViews {
  readonly all: readonly ViewFile[];
  readonly ofFields: ReadonlyMap<string, readonly ViewFile[]>;
}

export const noOwnViews: OwnViews = Object.freeze({ all: [], ofFields: new Map() });

/** Fields without an input that is sent, and inputs of the app's elements that lost what the field needs. */
export function fieldProblems(
  { inside, disabled }: DrawnForm,
  fields: readonly FieldView[],
  { all, ofFields }: OwnViews,
  tags: readonly Tag[],
): readonly DrawnProblem[] {
  return fields
    .filter(({ display, readonly, saved }) => display === 'input' && !readonly && saved === null)
    .flatMap((field): readonly DrawnProblem[] => {
      const inputs = inside.filter((tag) => isInput(tag) && tag.attributes.get('name') === field.key);
      const views = ofFields.get(field.key) ?? [];
      const isDisabled = inputs.length === 0 && disabled.some((tag) => tag.attributes.get('name') === field.key);
      if (isDisabled && field.required) {
        const text = `has an input named "${field.key}" that is disabled: browsers do not send it`;
        return [{ isDeadEnd: false, field: field.key, place: placeOf(views.length > 0 ? views : all, input), text }];
      }
      if (views.length > 0)
        return lacks(field, inputs, tags).map((text) => ({
          isDeadEnd: false,
          field: null,
          place: placeOf(views, input),
          text,
        }));
      // A page of the app that draws its inputs itself; the kit's elements lack nothing.
      if (inputs.length > 0)
        return all.length === 0
          ? []
          : [...lacksSecrecy(field, inputs), ...lacksForPeople(field, inputs, tags)].map((text) => ({
              isDeadEnd: false,
              field: field.key,
              place: placeOf(drawing(all, field.key), input),
              text: `${text} ("${field.key}")`,
            }));
      if (!field.required) return [];
      const text = `has no input named "${field.key}", which is required`;
      return [{ isDeadEnd: false, field: field.key, place: placeOf(all, form), text }];
    });
}

function lacks(field: FieldView, inputs: readonly Tag[], tags: readonly Tag[]): readonly string[] {
  const { required, autocomplete, value } = field;
  const [first] = inputs;
  if (first === undefined) return ['a field is drawn without an input that has name="<%= field.key %>"'];
  const isTicked = ['checkbox', 'radio'].includes(first.attributes.get('type')?.toLowerCase() ?? '');
  const isRequired = inputs.some(({ attributes: one }) => one.has('required') || one.get('aria-required') === 'true');
  return [
    ...(required && !isRequired && !isTicked
      ? ['an input lacks the attribute required, where field.required is true']
      : []),
    ...(autocomplete !== 'off' && !isTicked && first.attributes.get('autocomplete') !== autocomplete
      ? ['an input lacks autocomplete="<%= field.autocomplete %>", by which password managers find it']
      : []),
    ...lacksSecrecy(field, inputs),
    ...lacksForPeople({ value }, inputs, tags),
  ];
}

/** A password in clear text. */
function lacksSecrecy({ input: type }: Pick<FieldView, 'input'>, inputs: readonly Tag[]): readonly string[] {
  const isShown = inputs.some(({ attributes }) => attributes.get('type')?.toLowerCase() !== 'password');
  return type === 'password' && isShown
    ? ['an input lacks type="<%= field.input %>": a password is shown while it is typed']
    : [];
}

/** What people miss, in whatever view the input stands: a name that is read to them, and what they typed. */
function lacksForPeople(
  { value }: Pick<FieldView, 'value'>,
  inputs: readonly Tag[],
  tags: readonly Tag[],
): readonly string[] {
  const [first] = inputs;
  if (first === undefined) return [];
  const isTicked = ['checkbox', 'radio'].includes(first.attributes.get('type')?.toLowerCase() ?? '');
  return [
    ...(isNamed(first, tags)
      ? []
      : ['an input has no name that a screen reader says: <label for="<%= field.id %>"><%= field.label %></label>']),
    ...(value !== '' && first.name === 'input' && !isTicked && first.attributes.get('value') !== value
      ? ['an input lacks value="<%= field.value %>": on an error, what was typed is lost']
      : []),
  ];
}

/** The views that name the field; without one, all of them. */
function drawing(all: readonly ViewFile[], key: string): readonly ViewFile[] {
  const naming = all.filter(({ text }) => text.includes(key) && input.test(text));
  return naming.length > 0 ? naming : all;
}

/** True for an input with a label around it or for its id, or with a name in its attributes. */
function isNamed(input: Tag, tags: readonly Tag[]): boolean {
  const { attributes } = input;
  if (attributes.get('type')?.toLowerCase() === 'hidden') return true;
  if (['aria-label', 'title'].some((name) => (attributes.get(name) ?? '').trim() !== '')) return true;
  const ids = (attributes.get('aria-labelledby') ?? '').split(/\s+/);
  if (tags.some((tag) => !tag.isEnd && ids.includes(tag.attributes.get('id') ?? ' '))) return true;
  const id = attributes.get('id');
  let labels = 0;
  for (const tag of tags) {
    if (tag.name === 'label') {
      if (!tag.isEnd && id !== undefined && tag.attributes.get('for') === id) return true;
      labels += tag.isEnd ? -1 : 1;
    }
    if (tag === input && labels > 0) return true;
  }
  return false;
}

function isInput({ name, isEnd, attributes }: Tag): boolean {
  const isButton = ['button', 'submit', 'reset', 'image'].includes(attributes.get('type')?.toLowerCase() ?? '');
  return !isEnd && ['input', 'select', 'textarea'].includes(name) && !isButton;
}

const input = /<(?:input|select|textarea)\b/i;
const form = /<form\b/i;

/** Where a view of the app opens a form; `null`: none of them does. */
export function placeOfForm({ all }: OwnViews): string | null {
  return all.some(({ text }) => form.test(text)) ? placeOf(all, form) : null;
}

/** The view of the app that most likely lacks the form, or what it needs: the one that has to bring it. */
export function placeOfLack({ all }: OwnViews, page: string): string | null {
  const found =
    all.findLast(({ name }) => viewPath(name)?.view === 'elements/form') ??
    all.findLast(({ name }) => viewPath(name)?.view === page) ??
    all.findLast(({ name }) => name.includes('layouts/')) ??
    all.at(-1);
  return found === undefined ? null : placeOf([found], form);
}

/** Where a view of the app contains this; `null`: none of them does, as it stands. */
export function placeOfText({ all }: OwnViews, sign: string | RegExp): string | null {
  for (const { file, text } of all) {
    const at = typeof sign === 'string' ? text.indexOf(sign) : text.search(sign);
    if (at >= 0) return `${file}:${String(lineAt(text, at))}`;
  }
  return null;
}

/** File and line of the last of these views that contains such a tag; without one, of the last view. */
function placeOf(views: readonly ViewFile[], tag: RegExp): string | null {
  const view = views.findLast(({ text }) => tag.test(text)) ?? views.at(-1);
  if (view === undefined) return null;
  return `${view.file}:${String(lineAt(view.text, Math.max(0, view.text.search(tag))))}`;
}
