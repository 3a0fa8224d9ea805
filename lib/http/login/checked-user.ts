import type { Request } from 'express';

/**
 * Has `req.user` be `undefined` for a user that does not count. Passport loads the user after this, without a further
 * look-up. A user that counted once counts to the end of the request, also where the request itself changes the password.
 */
export function checkUserOf(req: Request, counts: (user: object) => boolean): void {
  let user: unknown = Reflect.get(req, 'user');
  const counted = new WeakSet<object>();

  function isCounted(given: object): boolean {
    if (counted.has(given)) return true;
    const isValid = counts(given);
    if (isValid) counted.add(given);
    return isValid;
  }

  Object.defineProperty(req, 'user', {
    configurable: true,
    enumerable: true,
    // Asked again: Passport sets the user of a new sign-in while the session is still the old one.
    get: () => (typeof user !== 'object' || user === null || isCounted(user) ? user : undefined),
    set(value: unknown) {
      user = value;
      if (typeof user === 'object' && user !== null) isCounted(user);
    },
  });
}
