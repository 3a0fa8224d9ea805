/** The hidden field that carries a step's signature. */
export const signatureField = 'enrollment_step';

/** True for names of form fields that are the kit's own. A prompt of such a name would never be read. */
export function isReservedField(key: string): boolean {
  return key.toLowerCase().startsWith('enrollment_');
}
