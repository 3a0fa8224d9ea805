const mark: unique symbol = Symbol.for('express-enrollment.trustedHtml');

/** HTML that the app's own code wrote. JSON cannot express it, so no data from outside is ever taken for it. */
export interface TrustedHtml {
  readonly [mark]: string;
}

/**
 * Marks HTML as the app's own: it is put into the page as it is. Never pass what a visitor, a provider or an invitation
 * said. All other texts are escaped.
 */
export function trustedHtml(html: string): TrustedHtml {
  return Object.freeze({ [mark]: html });
}

/** The HTML of a value that `trustedHtml` made; `null` for anything else. */
export function htmlOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !(mark in value)) return null;
  const html: unknown = Reflect.get(value, mark);
  return typeof html === 'string' ? html : null;
}
