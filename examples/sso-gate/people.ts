/** The people at Acme by their `sub`, with their claims. */
export const people = {
  ann: { name: 'Ann Archer', preferred_username: 'ann', email: 'ann@example.com', email_verified: true },
  bob: { name: 'Bob Baker', preferred_username: 'bob', email: 'bob@example.com', email_verified: false },
  carl: { name: 'Carl Cook', email: 'carl@example.com', email_verified: true },
  dora: { name: 'Dora Dyer', preferred_username: 'dora' },
  eve: { name: 'Eve Evans', preferred_username: 'admin', email: 'eve@example.com', email_verified: true },
  fay: { name: 'Fay Fisher', preferred_username: 'fay', email: 'fay@example.com', email_verified: true },
  gus: { name: 'Gus Gardner', preferred_username: 'gus', email: 'gus@work.example', email_verified: true },
  hal: { name: 'Hal Hunter', preferred_username: 'hal', email: 'hal@example.com', email_verified: true },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string | boolean>>>>;

export type PersonId = keyof typeof people;

export const isPersonId = (id: unknown): id is PersonId => typeof id === 'string' && Object.hasOwn(people, id);

/** What is special about each. */
export const remarks: Readonly<Record<PersonId, string>> = {
  ann: 'has a verified address',
  bob: 'has an unverified address',
  carl: 'has no user name',
  dora: 'has no email address',
  eve: 'has the user name admin, as an account at the club has',
  fay: 'has an account at the club under the same address, made with a password',
  gus: 'has an account at the club under another address; the club knows him',
  hal: 'has an account at the club that is switched off',
};
