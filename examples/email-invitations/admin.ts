/** The administrator's page: it creates accounts and invites their owners. */
import express, { type Express, type RequestHandler } from 'express';
import { canonicalEmail } from 'express-enrollment';
import type { Mailer } from 'express-enrollment/ports';
import type { Accounts } from './accounts.js';
import type { Enrollment } from './club.js';
import { invitationLetter } from './letter.js';

export interface AdminSettings {
  readonly enrollment: Enrollment;
  readonly accounts: Accounts;
  readonly mailer: Mailer;
  /** The pages with the mails that were sent. */
  readonly inbox: string;
}

export function addAdminPages(app: Express, { enrollment, accounts, mailer, inbox }: AdminSettings): void {
  const { users, admin } = accounts;
  const invited: string[] = [];

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
      people: (await Promise.all([...new Set(invited)].map(personOf))).reverse(),
      inbox,
      stylesheet: enrollment.stylesheet,
    });
  });

  app.post('/admin', administrator, express.urlencoded({ extended: false }), async (req, res) => {
    const { email: typed, name } = req.body as { readonly email?: unknown; readonly name?: unknown };
    const email = typeof typed === 'string' ? canonicalEmail(typed) : null;
    if (email === null || typeof name !== 'string' || name.trim() === '') {
      res.status(422).send('Enter a name and an email address.');
      return;
    }
    const user = (await users.findByLogin('email', email)) ?? (await accounts.add(email, name.trim()));
    // A newer ticket ends the earlier one. The link goes to that very address, so that using it proves the address.
    const { url, expiresAt } = await enrollment.tickets.create(
      { user: user.id },
      {
        purpose: 'invite',
        client: 'tasting',
        markEmailAsVerified: true,
        includeEmailInRedirect: true,
        inviter: admin.id,
      },
    );
    await mailer.send(invitationLetter({ email, name: name.trim() }, url, expiresAt));
    invited.push(user.id);
    res.redirect(303, '/admin');
  });

  async function personOf(id: string) {
    const user = await users.findById(id);
    const [ticket] = await enrollment.tickets.list({ user: id });
    return {
      name: user?.name ?? '',
      email: user?.email ?? '',
      verified: user?.emailVerified === true,
      state: ticket?.state ?? '',
      expires: ticket === undefined ? null : new Date(ticket.expiresAt),
    };
  }
}
