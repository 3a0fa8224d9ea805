import { cancelField, freshField, isReservedField, keepField, localeField } from '../../base/reserved-names.js';
import type { FormView } from '../form-view.js';
import { formsIn, isSubmit, type DrawnForm } from './drawn-forms.js';
import { deadEnd, unwise, type DrawnProblem } from './drawn-problem.js';
import {
  fieldProblems,
  placeOfButton,
  placeOfForm,
  placeOfLack,
  placeOfText,
  type OwnViews,
} from './field-problems.js';
import type { Tag } from './html-tags.js';
import { viewPath } from '../views/view-names.js';

/** An element of the app that is at fault is no remedy. */
function formRemedy({ all }: OwnViews): string {
  const print = 'print every entry of locals.form.hidden in your form';
  return all.some(({ name }) => viewPath(name)?.view === 'elements/form')
    ? print
    : `include('/elements/form'), or ${print}`;
}

interface FormFindings {
  /** False: of a page whose form is not found, nothing else can be said. */
  readonly isFound: boolean;
  readonly problems: readonly DrawnProblem[];
}

/** What is wrong with the form of a page: how it is built, where it is sent, and which inputs it has. */
export function formProblems(tags: readonly Tag[], form: FormView, views: OwnViews, page: string): FormFindings {
  const { forms, dead } = formsIn(tags);
  const remedy = formRemedy(views);
  if (forms.length === 0) return lost({ ...deadEnd(`has no form: ${remedy}`), place: placeOfLack(views, page) });
  const signed = forms.find(({ inside }) => form.hidden.every((input) => inside.some((one) => isHidden(one, input))));
  if (signed === undefined) {
    const names = form.hidden.map(({ name }) => `"${name}"`).join(', ');
    const [nested] = forms.flatMap(({ ignored }) => ignored);
    const why = nested === undefined ? '' : ' A form within a form ends it: browsers ignore the inner one.';
    const text = `has no form with the hidden input ${names}, so that what is sent is refused: ${remedy}.${why}`;
    return lost({ ...deadEnd(text), place: nested === undefined ? placeOfLack(views, page) : placeOfForm(views) });
  }
  if (signed.ignored.length > 0) return lost({ ...deadEnd(nestedText(signed)), place: placeOfForm(views) });
  const deadButtons = dead.filter((tag) => !isAnotherAct(tag, form)).map((tag) => deadButton(tag, form, views));
  return {
    isFound: true,
    problems: [
      // A button that leads to no form says why the form has none.
      ...sendingProblems(signed, form, views, page).filter(
        ({ text }) => deadButtons.length === 0 || !text.startsWith(lacksButton),
      ),
      ...deadButtons,
      ...fieldProblems(signed, form.fields, views),
      ...repeatedInputs(signed, form, views),
    ],
  };
}

function lost(problem: DrawnProblem): FormFindings {
  return { isFound: false, problems: [problem] };
}

/** A click on it does nothing, without a word (HTML, 4.10.18.3). */
function deadButton({ attributes }: Tag, { id }: FormView, views: OwnViews): DrawnProblem {
  const to = attributes.get('form') ?? '';
  const why = to === '' && id === null ? ' (locals.form.id is null on this page)' : '';
  return {
    ...unwise(
      `has a button with form="${to}", the id of no form${why}, so that a click does nothing: put it into the form, or give your form an id of its own`,
    ),
    place: placeOfText(views, /<(?:button|input)\b(?:(?!<(?:button|input)\b)[^])*?\sform\s*=/i),
  };
}

/** Inputs of the app with a name that the form has already: the kit reads neither, or refuses the form. */
function repeatedInputs({ inside }: DrawnForm, form: FormView, views: OwnViews): readonly DrawnProblem[] {
  const counted = new Map<string, number>();
  for (const { name, attributes } of inside) {
    const key = attributes.get('name');
    const isChoice = ['checkbox', 'radio'].includes(attributes.get('type')?.toLowerCase() ?? '');
    if (key === undefined || isChoice || !['input', 'select', 'textarea'].includes(name)) continue;
    counted.set(key, (counted.get(key) ?? 0) + 1);
  }
  const placeOfName = (key: string): string | null =>
    placeOfText(views, new RegExp(`\\bname\\s*=\\s*["']?${key.replace(/[^\w]/g, '\\$&')}["'\\s>]`));
  const own = [...form.hidden.map(({ name }) => name), ...form.fields.map(({ key }) => key)];
  const problemAt = (key: string, text: string): DrawnProblem => ({ ...deadEnd(text), place: placeOfName(key) });
  return [...counted].flatMap(([key, count]) => {
    if (own.includes(key))
      return count > Math.max(1, form.hidden.filter(({ name }) => name === key).length)
        ? [problemAt(key, `has two inputs named "${key}", and a form with both is refused: give yours another name`)]
        : [];
    return isReservedField(key) ? [problemAt(key, `has an input named "${key}", a name of the kit's own`)] : [];
  });
}

function nestedText({ attributes }: DrawnForm): string {
  const to = attributes.get('action') ?? '';
  const sent = to === '' ? '' : `: what is typed is sent to "${to}"`;
  return `has a form within a form, of which browsers ignore the inner one${sent}; close the outer one with </form>`;
}

function sendingProblems(signed: DrawnForm, form: FormView, views: OwnViews, page: string): readonly DrawnProblem[] {
  const { attributes, inside } = signed;
  const own = wrongSending(attributes, form, { method: 'method', action: 'action', enctype: 'enctype' });
  if (own !== null) return [{ ...deadEnd(`has a form ${own}`), field: fileOf(own, form), place: placeOfForm(views) }];
  const place = placeOfButton(views, page);
  const buttons = inside.filter((tag) => isSubmit(tag) && !isAnotherAct(tag, form));
  if (buttons.length === 0) return [{ ...unwise(`${lacksButton}: ${buttonRemedy(views)}`), place }];
  const wrong = buttons.flatMap((button) => wrongSending(sentBy(button, attributes), form, names) ?? []);
  // A page may have a button of its own beside the one that sends the form.
  const say = wrong.length === buttons.length ? deadEnd : unwise;
  return [...new Set(wrong)].map((text) => ({ ...say(`has a button ${text}`), field: fileOf(text, form), place }));
}

const lacksButton = 'has a form without a button';

/** An element of the app that is at fault is no remedy. */
function buttonRemedy({ all }: OwnViews): string {
  return all.some(({ name }) => viewPath(name)?.view === 'elements/submit')
    ? 'write <button type="submit"><%= locals.form.submit %></button>'
    : "include('/elements/submit')";
}

const names = { method: 'formmethod', action: 'formaction', enctype: 'formenctype' } as const;

/** What the button says instead of its form. */
function sentBy(button: Tag, form: Tag['attributes']): Tag['attributes'] {
  const of = (name: string): readonly [string, string] => [
    `form${name}`,
    button.attributes.get(`form${name}`) ?? form.get(name) ?? '',
  ];
  return new Map([of('method'), of('action'), of('enctype')]);
}

/** How a form is sent that the kit cannot accept; `null`: as it should be. */
function wrongSending(
  attributes: Tag['attributes'],
  form: FormView,
  { method, action, enctype }: { readonly method: string; readonly action: string; readonly enctype: string },
): string | null {
  const [how = '', where = '', coded = ''] = [method, action, enctype].map((name) => attributes.get(name));
  if (how.toLowerCase() !== 'post')
    return method === 'method' ? 'without method="post"' : 'that sends it without method="post"';
  if (where !== '' && where !== form.action)
    return `that ${method === 'method' ? 'is sent' : 'sends it'} to "${where}" and not to locals.form.action`;
  if (form.enctype !== null && coded.toLowerCase() !== form.enctype) return sendsNoFiles;
  return coded.toLowerCase() === 'text/plain' ? 'with enctype="text/plain", which the kit does not read' : null;
}

const sendsNoFiles = 'that sends no files: write enctype="<%= locals.form.enctype %>"';

/** The field that a form of another encoding cannot send. */
function fileOf(problem: string, { fields }: FormView): string | null {
  return problem === sendsNoFiles ? (fields.find(({ input }) => input === 'file')?.key ?? null) : null;
}

/** Buttons that change the language, ask for a fresh link, send an email again or skip the page do not send the answers on. */
function isAnotherAct({ attributes }: Tag, { alternative, fields }: FormView): boolean {
  const name = attributes.get('name');
  const isAgain = name === 'resend' && fields.length > 0;
  return (
    name === localeField ||
    name === cancelField ||
    name === keepField ||
    name === freshField ||
    isAgain ||
    (name !== undefined && name === alternative?.name)
  );
}

function isHidden({ name, attributes }: Tag, input: { readonly name: string; readonly value: string }): boolean {
  return name === 'input' && attributes.get('name') === input.name && attributes.get('value') === input.value;
}
