// Names that stand for a site, a role or a mailbox of the operator (RFC 2142 and common practice).
const reserved = new Set(
  'abuse admin administrator api anonymous everyone help hostmaster info mail moderator nobody noreply no-reply null official operator owner postmaster root security staff support sysadmin system undefined webmaster'.split(
    ' ',
  ),
);

/** True for a canonical username that users may not choose and providers may not suggest. */
export function isReservedName(canonical: string): boolean {
  return reserved.has(canonical);
}

/** The hidden field that carries a step's signature. */
export const signatureField = 'enrollment_step';

/** The hidden field of a page that says that the password is saved: its hash, sealed. */
export const savedPasswordField = 'enrollment_saved_password';

/** The longest text of that field. A longer one is neither sent nor read. */
export const savedPasswordLimit = 4096;

/** The hidden field of a page with errors: what they are, signed, for its repetition in another language. */
export const keptErrorsField = 'enrollment_errors';

/** The longest text of that field. A longer one is neither sent nor read. */
export const keptErrorsLimit = 4096;

/** The field of a form that only asks for more time on its page. */
export const extendField = 'enrollment_extend';

/** The field of a form that only asks for its page in another language: a language tag. */
export const localeField = 'enrollment_locale';

/** The field of a form that asks whether to cancel its flow, `asked`, or that cancels it, `confirmed`. */
export const cancelField = 'enrollment_cancel';

/** The field of a form that goes on instead: its page is shown again. Its value: the field whose typed value is gone. */
export const keepField = 'enrollment_keep';

/** The field of a form that asks for a fresh link of a mailed invitation instead. */
export const freshField = 'enrollment_fresh';

/** The field of a form that declines the invitation of a mail instead. */
export const declineField = 'enrollment_decline';

/** True for names of the kit's own form fields. A prompt with one of these names would never be read. */
export function isReservedField(key: string): boolean {
  return key.toLowerCase().startsWith('enrollment_');
}
