import type { FieldView } from '../field-view.js';
import type { FormView } from '../form-view.js';
import type { PageModel } from '../page-model.js';

/**
 * True for a page that the kit's own views draw without any of the rare blocks, as most first pages are. False where only
 * the drawn page tells.
 */
export function hasNoRareBlock(model: PageModel, form: FormView | null): boolean {
  return (
    model.view === 'pages/prompt' &&
    model.notice === null &&
    model.reference === null &&
    model.recognized === null &&
    model.sources.length === 0 &&
    !model.links.some(({ destructive }) => destructive) &&
    form !== null &&
    form.errors.length === 0 &&
    form.consent === null &&
    form.fields.every(isUsual)
  );
}

/** One line to type, or a hidden input, without HTML of the app. */
function isUsual({ element, labelParts, helpHtml, saved }: FieldView): boolean {
  const isKnown = element === '/elements/field-text' || element === '/elements/field-hidden';
  return isKnown && labelParts === null && helpHtml === null && saved === null;
}
