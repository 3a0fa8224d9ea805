import type { FormView } from '../form-view.js';
import type { AllowedSources } from './allowed-sources.js';
import { blockedLoads } from './blocked-loads.js';
import { fieldProblems, noOwnViews, type OwnViews } from './field-problems.js';
import { decoded, tagsIn, type Tag } from './html-tags.js';

/** What is wrong with a page that was drawn. */
export interface DrawnProblem {
  /** True for a page that leads nowhere: its form can never be accepted. */
  readonly isDeadEnd: boolean;
  /** The key of a field that has no input. */
  readonly field: string | null;
  /** File and line, where they are known. */
  readonly place: string | null;
  readonly text: string;
}

const remedy = "include('/elements/form'), or print every entry of locals.form.hidden in your form";

/** Checks the HTML of a page against its form. A page without a form may look as it likes. */
export function drawnProblems(
  html: string,
  form: FormView | null,
  sources: AllowedSources | null = null,
  views: OwnViews = noOwnViews,
): readonly DrawnProblem[] {
  const tags = tagsIn(html);
  return [...(form === null ? [] : formProblems(tags, form, { html, views })), ...blockedProblems(tags, sources)];
}

function formProblems(
  tags: readonly Tag[],
  form: FormView,
  { html, views }: { readonly html: string; readonly views: OwnViews },
): readonly DrawnProblem[] {
  const forms = formsIn(tags);
  if (forms.length === 0) return [deadEnd(`has no form: ${remedy}`)];
  const signed = forms.find(({ inside }) => form.hidden.every((input) => inside.some((one) => isHidden(one, input))));
  if (signed === undefined) {
    const names = form.hidden.map(({ name }) => `"${name}"`).join(', ');
    return [deadEnd(`has no form with the hidden input ${names}, so that what is sent is refused: ${remedy}`)];
  }
  const { attributes, inside } = signed;
  const action = attributes.get('action');
  return [
    ...(attributes.get('method')?.toLowerCase() === 'post' ? [] : [deadEnd('has a form without method="post"')]),
    ...(action === undefined || action === '' || action === form.action
      ? []
      : [deadEnd(`has a form that is sent to "${action}" and not to locals.form.action`)]),
    ...(inside.some(isSubmit) || hasOutsideSubmit(tags, attributes.get('id'))
      ? []
      : [unwise("has a form without a button: include('/elements/submit')")]),
    ...fieldProblems(inside, form.fields, views),
    ...hiddenErrors(form, html),
  ];
}

function hiddenErrors({ errors }: FormView, html: string): readonly DrawnProblem[] {
  if (errors.length === 0) return [];
  const text = decoded(html);
  return errors
    .filter(({ texts }) => !texts.some((one) => text.includes(one)))
    .map(({ label }) =>
      unwise(
        label === null
          ? "does not show an error of the form: include('/elements/errors')"
          : `does not show the error of "${label}": print field.errors, or include('/elements/errors')`,
      ),
    );
}

function blockedProblems(tags: readonly Tag[], sources: AllowedSources | null): readonly DrawnProblem[] {
  return blockedLoads(tags, sources).map(({ what, advice }) =>
    unwise(`has ${what}, which the Content-Security-Policy blocks: ${advice}`),
  );
}

interface DrawnForm {
  readonly attributes: ReadonlyMap<string, string>;
  readonly inside: readonly Tag[];
}

function formsIn(tags: readonly Tag[]): readonly DrawnForm[] {
  const forms: { attributes: ReadonlyMap<string, string>; inside: Tag[] }[] = [];
  let open = false;
  for (const one of tags) {
    if (one.name === 'form') {
      open = !one.isEnd;
      if (open) forms.push({ attributes: one.attributes, inside: [] });
    } else if (open && !one.isEnd) forms.at(-1)?.inside.push(one);
  }
  return forms;
}

function isHidden({ name, attributes }: Tag, input: { readonly name: string; readonly value: string }): boolean {
  return name === 'input' && attributes.get('name') === input.name && attributes.get('value') === input.value;
}

function isSubmit({ name, attributes }: Tag): boolean {
  const type = attributes.get('type')?.toLowerCase();
  return name === 'button'
    ? type !== 'button' && type !== 'reset'
    : name === 'input' && (type === 'submit' || type === 'image');
}

function hasOutsideSubmit(tags: readonly Tag[], id: string | undefined): boolean {
  return id !== undefined && tags.some((one) => isSubmit(one) && one.attributes.get('form') === id);
}

function deadEnd(text: string): DrawnProblem {
  return { isDeadEnd: true, field: null, place: null, text };
}

function unwise(text: string): DrawnProblem {
  return { isDeadEnd: false, field: null, place: null, text };
}
