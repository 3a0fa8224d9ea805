interface Granted {
  readonly application: string;
  readonly permissions: readonly string[];
  readonly expiresAt: number | null;
}

/** True until the consent expires. */
export function isValidAt({ expiresAt }: Pick<Granted, 'expiresAt'>, now: number): boolean {
  return expiresAt === null || expiresAt > now;
}

/** The permissions that valid consents give an application, of all of them together; `null`: there is no consent. */
export function grantedPermissions(
  consents: readonly Granted[],
  application: string,
  now: number,
): ReadonlySet<string> | null {
  const valid = consents.filter((one) => one.application === application && isValidAt(one, now));
  return valid.length === 0 ? null : new Set(valid.flatMap(({ permissions }) => permissions));
}
