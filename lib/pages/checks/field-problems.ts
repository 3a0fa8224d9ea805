import type { FieldView } from '../field-view.js';
import { lineAt } from '../views/scriptlets.js';
import type { ViewFile } from '../views/view-files.js';
import { viewPath } from '../views/view-names.js';
import type { DrawnForm } from './drawn-forms.js';
import type { DrawnProblem } from './drawn-problem.js';
import { idOf, type Tag } from './html-tags.js';

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
): readonly DrawnProblem[] {
  return fields
    .filter(({ display, readonly, saved }) => display === 'input' && !readonly && saved === null)
    .flatMap((field): readonly DrawnProblem[] => {
      const { key, required } = field;
      const inputs = inside.filter((tag) => isInput(tag) && tag.attributes.get('name') === key);
      const views = ofFields.get(key) ?? [];
      const isDisabled = inputs.length === 0 && disabled.some((tag) => tag.attributes.get('name') === key);
      if (isDisabled && required) {
        const text = `disables the input "${key}", which browsers then do not send: remove the attribute disabled`;
        return [{ isDeadEnd: false, field: key, place: placeOf(views.length > 0 ? views : all, input), text }];
      }
      if (views.length > 0)
        return [...lacks(field, inputs), ...lacksDescription(field, inputs, inside)].map((text) => ({
          isDeadEnd: false,
          field: null,
          place: placeOf(views, input),
          text,
        }));
      // A page of the app that draws its inputs itself; the kit's elements lack nothing.
      if (inputs.length > 0)
        return all.length === 0
          ? []
          : [
              ...[...lacksSecrecy(field, inputs, `"${key}"`), ...lacksValue(field, inputs, `"${key}"`)].map((text) => ({
                text,
                isOfApp: false,
              })),
              ...lostOf(field, inputs).map((text) => ({ text, isOfApp: true })),
            ].map((one) => ({ ...one, isDeadEnd: false, field: key, place: placeOf(drawing(all, key), input) }));
      if (!required) return [];
      const text = `has no input for "${key}", which is required: include('/elements/field', { field }), or write <input name="${key}">`;
      return [{ isDeadEnd: false, field: key, place: placeOf(all, form), text }];
    });
}

function lacks(field: FieldView, inputs: readonly Tag[]): readonly string[] {
  const { required, autocomplete } = field;
  const [first] = inputs;
  if (first === undefined) return ['draws a field without an input that is sent for it: write name="<%= field.key %>"'];
  return [
    ...(required && !isRequired(inputs) && !isTicked(first)
      ? ['draws a required input without the attribute required: write <% if (field.required) { %> required<% } %>']
      : []),
    ...(autocomplete !== 'off' && !isTicked(first) && first.attributes.get('autocomplete') !== autocomplete
      ? ['draws an input that password managers do not find: write autocomplete="<%= field.autocomplete %>"']
      : []),
    ...lacksSecrecy(field, inputs),
    ...lacksValue(field, inputs),
  ];
}

function isRequired(inputs: readonly Tag[]): boolean {
  return inputs.some(({ attributes }) => attributes.has('required') || attributes.get('aria-required') === 'true');
}

/** What an input of a page that is written by hand lost; one that says something else may mean it. */
function lostOf({ key, required, autocomplete }: FieldView, inputs: readonly Tag[]): readonly string[] {
  const [first] = inputs;
  if (first === undefined || isTicked(first) || ['hidden', 'file'].includes(typeOf(first))) return [];
  const lost = [
    ...(required && !isRequired(inputs) ? ['required'] : []),
    ...(autocomplete !== 'off' && !first.attributes.has('autocomplete') ? [`autocomplete="${autocomplete}"`] : []),
  ];
  return lost.length === 0 ? [] : [`draws the input "${key}" without ${lost.join(' and ')}`];
}

/** What screen readers no longer say: that the answer is wrong, and why (WCAG 2.2, 1.3.1). */
function lacksDescription(
  { id, describedby, invalid }: FieldView,
  inputs: readonly Tag[],
  inside: readonly Tag[],
): readonly string[] {
  const [first] = inputs;
  if (first === undefined || isTicked(first) || typeOf(first) === 'hidden') return [];
  const idsOf = ({ attributes }: Tag): readonly string[] =>
    ['aria-describedby', 'aria-errormessage'].flatMap(
      (name) => attributes.get(name)?.split(/\s+/).filter(Boolean) ?? [],
    );
  const own = inputs.flatMap(idsOf);
  const isDescribed = own.length > 0 || inside.some((tag) => idsOf(tag).some((one) => one.startsWith(`${id}-`)));
  const isDrawn = (ids: readonly string[]): boolean => inside.some((tag) => ids.includes(idOf(tag) ?? ''));
  return [
    // A help that the element leaves out is none.
    ...(describedby !== null && !isDescribed && (invalid || isDrawn(describedby.split(' ')))
      ? [
          'draws an input whose help and errors screen readers do not say: write <% if (field.describedby) { %> aria-describedby="<%= field.describedby %>"<% } %>',
        ]
      : []),
    ...(invalid && own.length > 0 && !isDrawn(own)
      ? [
          'draws an input whose aria-describedby leads to no element: write id="<%= field.id %>-error" where the errors are',
        ]
      : []),
    ...(invalid && !inputs.some(({ attributes }) => attributes.get('aria-invalid') === 'true')
      ? [
          'draws an input of which screen readers do not say that it is wrong: write <% if (field.invalid) { %> aria-invalid="true"<% } %>',
        ]
      : []),
  ];
}

/** A password in clear text. */
function lacksSecrecy(
  { input: type }: Pick<FieldView, 'input'>,
  inputs: readonly Tag[],
  of = 'a password',
): readonly string[] {
  const isShown = inputs.some(({ attributes }) => attributes.get('type')?.toLowerCase() !== 'password');
  return type === 'password' && isShown ? [`shows ${of} while it is typed: write type="<%= field.input %>"`] : [];
}

/** What people typed, when the page is shown again. */
function lacksValue({ value }: Pick<FieldView, 'value'>, inputs: readonly Tag[], of = 'a field'): readonly string[] {
  const [first] = inputs;
  return first?.name === 'input' && value !== '' && !isTicked(first) && first.attributes.get('value') !== value
    ? [`loses what was typed into ${of} when an error is shown: write value="<%= field.value %>"`]
    : [];
}

function isTicked(tag: Tag): boolean {
  return ['checkbox', 'radio'].includes(typeOf(tag));
}

function typeOf({ attributes }: Tag): string {
  return attributes.get('type')?.toLowerCase() ?? '';
}

/** The views that name the field; without one, all of them. */
export function drawing(all: readonly ViewFile[], key: string): readonly ViewFile[] {
  const naming = all.filter(({ text }) => text.includes(key) && input.test(text));
  return naming.length > 0 ? naming : all;
}

function isInput(tag: Tag): boolean {
  const { name, isEnd } = tag;
  const isButton = ['button', 'submit', 'reset', 'image'].includes(typeOf(tag));
  return !isEnd && ['input', 'select', 'textarea'].includes(name) && !isButton;
}

const input = /<(?:input|select|textarea)\b/i;
const form = /<form\b/i;

/** Where a view of the app opens a form; `null`: none of them does. */
export function placeOfForm({ all }: OwnViews): string | null {
  return all.some(({ text }) => form.test(text)) ? placeOf(all, form) : null;
}

/** The view of the app that draws the button of the form, or has to. */
export function placeOfButton(views: OwnViews, page: string): string | null {
  const { all } = views;
  const own = all.findLast(({ name }) => viewPath(name)?.view === 'elements/submit');
  if (own !== undefined) return placeOf([own], button);
  return placeOfForm(views) ?? placeOfLack(views, page);
}

const button = /<(?:button|input)\b/i;

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
export function placeOf(views: readonly ViewFile[], tag: RegExp): string | null {
  const view = views.findLast(({ text }) => tag.test(text)) ?? views.at(-1);
  if (view === undefined) return null;
  return `${view.file}:${String(lineAt(view.text, Math.max(0, view.text.search(tag))))}`;
}
