/** The administrator's page: it creates accounts and invites their owners, or people who sign up by themselves. */
import express, { type Express, type RequestHandler } from 'express';
import { canonicalEmail } from 'express-enrollment';
import type { Accounts } from './accounts.js';
import type { Enrollment } from './club.js';

export interface AdminSettings {
  readonly enrollment: Enrollment;
  readonly accounts: Accounts;
  /** The pages with the mails that were sent. */
  readonly inbox: string;
}

/** Somebody who was invited: an account with a ticket, or an address with an invitation. */
type Invited =
  { readonly user: string } | { readonly invitation: string; readonly email: string; readonly name: string };

export function addAdminPages(app: Express, { enrollment, accounts, inbox }: AdminSettings): void {
  const { users, admin } = accounts;
  const invited = new Map<string, Invited>();

  const administrator: RequestHandler = async (req, res, next) => {
    const user = await enrollment.currentUser(req);
    if (user === null) res.redirect(303, `${enrollment.flowUrl('sign-in')}?next=/admin`);
    else if (user.id !== admin.id) res.status(403).send('Only administrators may invite people.');
    // Another site must not send this form.
    else if (req.method === 'POST' && req.headers['sec-fetch-site'] !== 'same-origin') res.sendStatus(403);
    else next();
  };

  app.get('/admin', administrator, async (_req, res) => {
    res.set('Cache-Control', 'no-store').render('admin', {
      people: (await Promise.all([...invited.values()].map(entryOf))).reverse(),
      inbox,
      stylesheet: enrollment.stylesheet,
    });
  });

  app.post('/admin', administrator, express.urlencoded({ extended: false }), async (req, res) => {
    const { email: typed, name: typedName, without_account: isNew } = req.body as Readonly<Record<string, unknown>>;
    const email = typeof typed === 'string' ? canonicalEmail(typed) : null;
    const name = typeof typedName === 'string' ? typedName.trim() : '';
    const user = email === null ? null : await users.findByLogin('email', email);
    if (email === null || name === '' || (user !== null && isNew !== undefined)) {
      res.status(422).send('Enter a name and an email address that has no account.');
      return;
    }
    invited.delete(email);
    invited.set(email, isNew === undefined ? await inviteOwner(email, name) : await sendCode(email, name));
    res.redirect(303, '/admin');
  });

  /** Creates the account where there is none, and mails its owner a link that sets the password. It ends an earlier one. */
  async function inviteOwner(email: string, name: string): Promise<Invited> {
    const { id } = (await users.findByLogin('email', email)) ?? (await accounts.add(email, name));
    await enrollment.tickets.create(
      { user: id },
      { purpose: 'invite', client: 'tasting', delivery: 'kit', includeEmailInRedirect: true },
    );
    return { user: id };
  }

  /** Mails an invitation code to a person who signs up by themselves. */
  async function sendCode(email: string, name: string): Promise<Invited> {
    const { id } = await enrollment.invitations.send({ email, values: { name } }, { by: 'admin@club.example' });
    return { invitation: id, email, name };
  }

  async function entryOf(one: Invited) {
    if ('invitation' in one) {
      const state = (await enrollment.invitations.get(one.invitation))?.state ?? '';
      return { ...one, state, verified: false };
    }
    const user = await users.findById(one.user);
    const [ticket] = await enrollment.tickets.list({ user: one.user });
    const { name = '', email = '' } = user ?? {};
    return { name, email, state: ticket?.state ?? '', verified: user?.emailVerified === true };
  }
}
