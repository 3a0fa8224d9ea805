import type { JsonObject } from '../base/json.js';
import { fieldView, type FieldState, type FieldView } from './field-view.js';

/** Fields as text and HTML, kept for the next page where they follow from the configuration alone. */
export interface SharedFields {
  /** As `fieldView`; what is kept is frozen. */
  view(field: JsonObject, state: FieldState): FieldView;
  /** The HTML of a field that is kept; `draw` makes that of others. `hasScripts`: whether the page loads scripts. */
  html(field: unknown, hasScripts: boolean, draw: () => string): string;
}

interface Kept extends Pick<FieldState, 'id' | 'enterkeyhint' | 'has'> {
  readonly view: FieldView;
}

/** The element whose HTML depends on its field, the language and the scripts alone. */
const keptElement = '/elements/field-text';

/**
 * For one language. Stages hand out the same frozen field again where nothing of a visitor is in it; everything is kept
 * by that object, and dropped with it: what belongs to one visitor is never found by the page of another.
 */
export function createSharedFields(): SharedFields {
  const views = new WeakMap<JsonObject, Kept>();
  const drawn = new WeakMap<object, { readonly hasScripts: boolean; readonly html: string }>();
  return {
    view(field, state) {
      const { id, enterkeyhint, has } = state;
      const isPlain = state.typed === undefined && state.errors.length === 0 && !state.isNext && Object.isFrozen(field);
      if (!isPlain) return fieldView(field, state);
      const kept = views.get(field);
      if (kept?.id === id && kept.enterkeyhint === enterkeyhint && kept.has === has) return kept.view;
      const view = Object.freeze(fieldView(field, state));
      views.set(field, { id, enterkeyhint, has, view });
      return view;
    },
    html(field, hasScripts, draw) {
      if (typeof field !== 'object' || field === null) return draw();
      const kept = drawn.get(field);
      if (kept?.hasScripts === hasScripts) return kept.html;
      const html = draw();
      if (Object.isFrozen(field) && Reflect.get(field, 'element') === keptElement)
        drawn.set(field, { hasScripts, html });
      return html;
    },
  };
}
