// Names by which a site, a role or a mailbox of the operator is known (RFC 2142 and common practice).
const reserved = new Set(
  'abuse admin administrator api anonymous everyone help hostmaster info mail moderator nobody noreply no-reply null official operator owner postmaster root security staff support sysadmin system undefined webmaster'.split(
    ' ',
  ),
);

/** True for a canonical user name that users may not choose and providers may not propose. */
export function isReservedName(canonical: string): boolean {
  return reserved.has(canonical);
}

/** The hidden field that carries a step's signature. */
export const signatureField = 'enrollment_step';

/** True for names of form fields that are the kit's own. A prompt of such a name would never be read. */
export function isReservedField(key: string): boolean {
  return key.toLowerCase().startsWith('enrollment_');
}
