import { idOf, type Tag } from './html-tags.js';

/** A form as browsers build it from the tags of a page. */
export interface DrawnForm {
  readonly attributes: Tag['attributes'];
  /** The tags of what it sends, without disabled inputs and buttons. */
  readonly inside: readonly Tag[];
  /** The inputs that browsers do not send. */
  readonly disabled: readonly Tag[];
  /** Form tags within the form: browsers ignore them, and the first end tag ends this form. */
  readonly ignored: readonly Tag[];
}

/** The forms of a page, and what it has beside them. */
interface DrawnForms {
  readonly forms: readonly DrawnForm[];
  /** Buttons whose attribute `form` is the id of none: a click does nothing. */
  readonly dead: readonly Tag[];
}

interface OpenForm {
  readonly attributes: Tag['attributes'];
  readonly inside: Tag[];
  readonly disabled: Tag[];
  readonly ignored: Tag[];
}

const controls = new Set(['input', 'select', 'textarea', 'button']);

/**
 * The forms of a page (HTML, "in body" insertion mode: a form tag within a form is ignored). A control with the
 * attribute `form` belongs to the form of that id, wherever it stands.
 */
export function formsIn(tags: readonly Tag[]): DrawnForms {
  const forms: OpenForm[] = [];
  const elsewhere: { readonly tag: Tag; readonly isDisabled: boolean; readonly id: string }[] = [];
  let open: OpenForm | null = null;
  let templates = 0;
  const fieldsets: boolean[] = [];
  for (const tag of tags) {
    const { name, isEnd, attributes } = tag;
    if (name === 'template') templates = Math.max(0, templates + (isEnd ? -1 : 1));
    if (templates > 0) continue;
    if (name === 'fieldset') {
      if (isEnd) fieldsets.pop();
      else fieldsets.push(attributes.has('disabled'));
    }
    if (name === 'form') {
      if (isEnd) open = null;
      else if (open !== null) open.ignored.push(tag);
      else forms.push((open = { attributes, inside: [], disabled: [], ignored: [] }));
    } else if (!isEnd) {
      const isDisabled = controls.has(name) && (attributes.has('disabled') || fieldsets.includes(true));
      const id = controls.has(name) ? attributes.get('form') : undefined;
      if (id !== undefined) elsewhere.push({ tag, isDisabled, id });
      else (isDisabled ? open?.disabled : open?.inside)?.push(tag);
    }
  }
  const dead: Tag[] = [];
  for (const { tag, isDisabled, id } of elsewhere) {
    const owner = forms.find((form) => idOf(form) === id);
    if (owner !== undefined) (isDisabled ? owner.disabled : owner.inside).push(tag);
    else if (!isDisabled && isSubmit(tag)) dead.push(tag);
  }
  return { forms, dead };
}

/** True for what sends the form. */
export function isSubmit({ name, attributes }: Tag): boolean {
  const type = attributes.get('type')?.toLowerCase();
  return name === 'button'
    ? type !== 'button' && type !== 'reset'
    : name === 'input' && (type === 'submit' || type === 'image');
}
