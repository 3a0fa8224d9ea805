import type { StageContext } from '../flow/facts.js';
import { formNoteKey, formNoteText, noteSeconds, type FormNote } from '../flow/form-note.js';

/** Notes what this form is about to do. Only a sentence depends on it. Never rejects. */
export async function noteForm({ formMark, services }: StageContext, note: FormNote): Promise<void> {
  const mark = formMark?.() ?? '';
  if (mark === '') return;
  await services.ephemeralStore.set(formNoteKey(mark), formNoteText(note), noteSeconds).catch(() => undefined);
}

/** The same before a new password, for the signed-in user whose session it ends. */
export async function noteNewPassword(at: StageContext, user: string): Promise<void> {
  if (at.facts.user !== user) return;
  const { passwordChangedAt = null } = (await at.services.profiles.find(user)) ?? {};
  await noteForm(at, { user, before: passwordChangedAt });
}
