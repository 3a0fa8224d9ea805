/**
 * True for an account whose address was typed, and never proved since. An app that leaves `emailVerified` out does not
 * tell, so its addresses count.
 */
export function isUnprovedAddress({ emailVerified }: { readonly emailVerified?: boolean | null | undefined }): boolean {
  return emailVerified === false || emailVerified === null;
}
