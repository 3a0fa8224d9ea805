/** Passport's default name for its entry in a session. */
const passportKey = 'passport';

/** True where Passport would load a user for the session. */
export function hasPassportEntry(session: object): boolean {
  const entry: unknown = Reflect.get(session, passportKey);
  return typeof entry === 'object' && entry !== null && Object.hasOwn(entry, 'user');
}

/**
 * Hides the user in Passport's entry of a session from this request: Passport treats the session as signed out. What is
 * stored stays the same, so the session counts again where its client comes back. A new sign-in or a sign-out ends it.
 */
export function hidePassportEntry(session: object): void {
  const entry: unknown = Reflect.get(session, passportKey);
  if (typeof entry !== 'object' || entry === null || !Object.hasOwn(entry, 'user')) return;
  const hidden = { ...entry };
  Reflect.deleteProperty(hidden, 'user');
  Object.defineProperties(hidden, {
    user: {
      configurable: true,
      enumerable: false,
      get: () => undefined,
      set(value: unknown) {
        Object.defineProperty(hidden, 'user', { configurable: true, enumerable: true, writable: true, value });
      },
    },
    // express-session saves a session whose JSON text has changed.
    toJSON: {
      configurable: true,
      enumerable: false,
      value: () => (isHiding(hidden) ? entry : { ...hidden }),
    },
  });
  Reflect.set(session, passportKey, hidden);
}

function isHiding(entry: object): boolean {
  return Object.getOwnPropertyDescriptor(entry, 'user')?.get !== undefined;
}
