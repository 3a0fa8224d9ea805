export const password = 'velvet tram over the harbour';

/** The values for the account page. */
export function accountOf(name: string): Readonly<Record<string, string>> {
  return { username: name, email: `${name}@example.com`, password, password_repeat: password };
}
