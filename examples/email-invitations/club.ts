import { createEnrollment, inviteSignupFlow, sessionLogin, signInFlow, signOutFlow } from 'express-enrollment';
import { profileFlow, recoveryFlow, setPasswordFlow } from 'express-enrollment/flows';
import type { Mailer } from 'express-enrollment/ports';
import type { Accounts } from './accounts.js';

export type Enrollment = ReturnType<typeof createClub>;

/** The club: its accounts, the links that are mailed, and the pages that people see. */
export function createClub(settings: {
  readonly baseUrl: string;
  readonly accounts: Accounts;
  readonly mailer: Mailer;
  /** The apps that people are invited to. */
  readonly clients: { readonly [id: string]: { readonly name: string; readonly resultUrl: string } };
  /** The origins of the apps that sign people in here: the form of the sign-in redirects to them. */
  readonly apps: readonly string[];
  readonly redis: string | undefined;
  readonly secret: string | undefined;
}) {
  const { baseUrl, accounts, mailer, clients, apps, redis, secret } = settings;
  return createEnrollment({
    baseUrl,
    secret,
    redis,
    users: accounts.users,
    redemptions: accounts.redemptions,
    login: sessionLogin(),
    brand: { name: 'Kopi Club' },
    mailer,
    tickets: { clients },
    csp: { formAction: apps },
    flows: [
      setPasswordFlow({ slug: 'set-password', repeat: true, signInFlow: 'sign-in' }),
      signInFlow({ slug: 'sign-in', userFields: ['email'], links: { recovery: 'recovery' } }),
      signOutFlow({ slug: 'sign-out' }),
      inviteSignupFlow({ slug: 'invite', fields: ['email', 'name', 'password'] }),
      recoveryFlow({ slug: 'recovery', userFields: ['email'], signInFlow: 'sign-in' }),
      // A new address is confirmed by a mail to it; the old one gets a link that undoes the change.
      profileFlow({ slug: 'profile', fields: ['name', 'email'] }),
    ],
  });
}
