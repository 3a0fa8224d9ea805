import type { FieldView } from '../field-view.js';
import type { FormView } from '../form-view.js';
import type { PageModel } from '../page-model.js';

/**
 * Whether the kit's own views draw a page with one of the rare blocks; `null` where only the drawn page shows it. The page
 * of a form is known, with errors too.
 */
export function knownRareBlock(model: PageModel, form: FormView | null): boolean | null {
  if (model.view !== 'pages/prompt' || form === null) return null;
  if (model.notice !== null || model.reference !== null || hasError(form)) return true;
  return isPlain(model, form) ? false : null;
}

function isPlain(model: PageModel, form: FormView): boolean {
  return (
    model.recognized === null &&
    model.sources.length === 0 &&
    !model.links.some(({ destructive }) => destructive) &&
    form.consent === null &&
    form.fields.every(isUsual)
  );
}

function hasError({ errors }: FormView): boolean {
  return errors.length > 0;
}

/** One line to type, or a hidden input, without HTML of the app. */
function isUsual({ element, labelParts, helpHtml, saved }: FieldView): boolean {
  const isKnown = element === '/elements/field-text' || element === '/elements/field-hidden';
  return isKnown && labelParts === null && helpHtml === null && saved === null;
}
