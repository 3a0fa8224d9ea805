/**
 * False where the password was changed since. Compares `UserProfile.passwordChangedAt` of both times for equality, not
 * with the time of anything else: the clocks of servers differ. A profile that does not tell the time changes nothing.
 */
export function isSamePassword(before: number | null, present: number | null | undefined): boolean {
  return typeof present !== 'number' || present === before;
}
