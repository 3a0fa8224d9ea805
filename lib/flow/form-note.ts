import { parseJson } from '../base/json.js';

/** For how long the second of two clicks finds it, in seconds: as long as a completion receipt. */
export const noteSeconds = 120;

/**
 * What a form is about to do that ends its user's session, noted before it does so: the second of two clicks is no longer
 * signed in, and finds no receipt where the process of the first one stopped. It says what happened, and signs in no user.
 */
export interface FormNote {
  readonly user: string;
  /** `UserProfile.passwordChangedAt` before a new password; `removed`: the account is deleted. */
  readonly before: number | null | 'removed';
}

/** `mark`: a keyed hash of the form. */
export function formNoteKey(mark: string): string {
  return `form-note:${mark}`;
}

export function formNoteText(note: FormNote): string {
  return JSON.stringify(note);
}

/** `null`: there is none, or it is damaged. */
export function readFormNote(text: string | null): FormNote | null {
  const found = text === null ? null : parseJson(text);
  if (found === null) return null;
  const { user, before } = found;
  if (typeof user !== 'string') return null;
  return before === null || before === 'removed' || typeof before === 'number' ? { user, before } : null;
}
