/** What to say where the database has accounts of invitations that Redis does not have. */
export function lostText({ looked, lost }: { readonly looked: number; readonly lost: number }): string {
  return `${String(lost)} of the latest ${String(looked)} accounts came by invitations that this Redis does not know: it was restarted empty or set back, or "redis" or "prefix" names another one`;
}
